#include "healer/actions/files/prune_files.h"

#include "base/log.h"
#include "base/text/duration.h"

namespace healer::actions {
namespace {

using namespace std::chrono_literals;

class PruneFiles final : public Action {
 public:
  PruneFiles(std::string folder, NameFilter names, base::Duration older_than, const base::Clock& clock)
      : folder_(std::move(folder)), names_(std::move(names)), older_than_(older_than), clock_(clock) {}

  std::string describe(const Target&) const override {
    return fmt::format("in {}: remove files last modified more than {} ago that match {}", folder_,
                       base::format_duration(older_than_), names_.words());
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto folder = open_folder(folder_);
    if (!folder) return std::unexpected(folder.error());
    if (!*folder) {
      base::log::debug("no files to prune", {{"folder", folder_}});
      return Outcome{fmt::format("skipped: folder {} does not exist", folder_)};
    }
    const auto done = prune(**folder, names_, older_than_, clock_.now().wall, deadline);
    if (!done) return base::wrap(done.error(), "{}", folder_);
    return done->outcome(folder_);
  }

 private:
  std::string folder_;
  NameFilter names_;
  base::Duration older_than_;
  const base::Clock& clock_;
};

}  // namespace

base::Result<CleanupStats> prune(Folder& folder, const NameFilter& names, base::Duration older_than,
                                 base::WallTime now, base::Deadline deadline) {
  const auto files = folder.list();
  if (!files) return std::unexpected(files.error());
  CleanupStats done;
  for (const FileFacts& file : *files) {
    if (!names.matches(file.name) || now - file.modified <= older_than) continue;
    if (deadline.passed()) {
      done.problems.push_back(fmt::format("timed out before {} and the files after it", file.name));
      break;
    }
    done.remove(folder, file);
  }
  return done;
}

std::unique_ptr<Action> make_prune_files(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"folder", "include", "exclude", "older_than"});
  std::string folder = read_folder(parameters);
  NameFilter names = read_name_filter(parameters, {});
  const auto older_than =
      parameters.optional("older_than").duration(std::chrono::days(60), 1h, std::chrono::days(3650));
  return std::make_unique<PruneFiles>(std::move(folder), std::move(names), older_than, world.clock);
}

}  // namespace healer::actions
