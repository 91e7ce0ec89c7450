#include "healer/actions/files/clear_files.h"

#include "healer/actions/files/cleanup_stats.h"
#include "healer/actions/files/folder.h"
#include "healer/actions/files/name_filter.h"

namespace healer::actions {
namespace {

class ClearFiles final : public Action {
 public:
  ClearFiles(std::string folder, NameFilter names) : folder_(std::move(folder)), names_(std::move(names)) {}

  std::string describe(const Target&) const override {
    return fmt::format("in {}: remove every file matching {}", folder_, names_.words());
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto folder = open_folder(folder_);
    if (!folder) return std::unexpected(folder.error());
    if (!*folder) return Outcome{fmt::format("skipped: folder {} does not exist", folder_)};
    const auto files = (*folder)->list();
    if (!files) return base::wrap(files.error(), "{}", folder_);
    CleanupStats done;
    for (const FileFacts& file : *files) {
      if (!names_.matches(file.name)) continue;
      if (deadline.passed()) {
        done.problems.push_back(fmt::format("timed out before {} and the files after it", file.name));
        break;
      }
      done.remove(**folder, file);
    }
    return done.outcome(folder_);
  }

 private:
  std::string folder_;
  NameFilter names_;
};

}  // namespace

std::unique_ptr<Action> make_clear_files(const base::yaml::Node& parameters, const World&) {
  parameters.only({"folder", "include", "exclude"});
  std::string folder = read_folder(parameters);
  return std::make_unique<ClearFiles>(std::move(folder), read_name_filter(parameters, {}));
}

}  // namespace healer::actions
