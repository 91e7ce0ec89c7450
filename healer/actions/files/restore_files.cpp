#include "healer/actions/files/restore_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/crypto/manifest.h"
#include "base/log.h"
#include "base/text/utf8.h"
#include "healer/actions/files/restore.h"

namespace healer::actions {
namespace {

using restore::Standing;

constexpr std::size_t kTold = 5;  // files, and problems, named in the outcome

struct Tally {
  std::size_t files = 0;
  std::vector<std::string> restored;
  std::vector<std::string> problems;

  std::string words() const {
    std::string text = fmt::format("checked {} files, restored {}", files, restored.size());
    const auto add = [&text](const std::vector<std::string>& list) {
      for (std::size_t i = 0; i < list.size() && i < kTold; ++i) text += "; " + base::excerpt(list[i], 300);
      if (list.size() > kTold) text += fmt::format("; and {} more", list.size() - kTold);
    };
    add(restored);
    add(problems);
    return text;
  }
};

class RestoreFiles final : public Action {
 public:
  RestoreFiles(std::vector<std::string> manifests, const base::Clock& clock)
      : manifests_(std::move(manifests)), clock_(clock) {}

  std::string describe(const Target&) const override {
    return fmt::format("restore missing or damaged files of {} from their backup",
                       fmt::join(manifests_, ", "));
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    Tally tally;
    for (const std::string& path : manifests_) {
      const auto manifest = base::read_manifest(path);
      if (!manifest) {
        tally.problems.push_back(manifest.error().message);
        continue;
      }
      restore_all(path, *manifest, tally, deadline);
    }
    if (!tally.problems.empty()) return std::unexpected(base::Error{tally.words()});
    return Outcome{.detail = tally.words(), .counts = {}, .findings = {}};
  }

 private:
  void restore_all(const std::string& path, const base::Manifest& manifest, Tally& tally,
                   base::Deadline deadline) const {
    const std::string folder = base::manifest_folder(path);
    for (const base::ManifestEntry& entry : manifest.files) {
      if (deadline.passed()) return tally.problems.push_back(fmt::format("timed out before {}", entry.name));
      ++tally.files;
      const std::string file = folder + "/" + entry.name;
      const auto standing = restore::look(file, entry);
      if (!standing) {
        tally.problems.push_back(standing.error().message);
      } else if (*standing != Standing::kGood) {
        restore_one(file, manifest.backup, entry, *standing, tally, deadline);
      }
    }
  }

  void restore_one(const std::string& file, const std::string& backup, const base::ManifestEntry& entry,
                   Standing standing, Tally& tally, base::Deadline deadline) const {
    const char* what = standing == Standing::kMissing ? "missing" : "damaged";
    if (backup.empty()) {
      return tally.problems.push_back(fmt::format("{} is {}, and its manifest names no backup", file, what));
    }
    const auto done = restore::restore(file, backup + "/" + entry.name, entry, clock_.now().wall, deadline);
    if (!done) {
      base::log::warn("failed to restore a file",
                      {{"file", file}, {"was", what}, {"error", done.error().message}});
      return tally.problems.push_back(fmt::format("{} is {}: {}", file, what, done.error().message));
    }
    base::log::warn("restored a file from its backup",
                    {{"file", file}, {"was", what}, {"kept_as", done->aside}});
    std::string text = fmt::format("{} was {}", file, what);
    if (!done->aside.empty()) text += ", kept as " + done->aside;
    if (!done->owner_problem.empty()) {
      base::log::warn("restored a file without its owner", {{"file", file}, {"error", done->owner_problem}});
      text += ", " + done->owner_problem;
    }
    tally.restored.push_back(std::move(text));
  }

  std::vector<std::string> manifests_;
  const base::Clock& clock_;
};

}  // namespace

std::unique_ptr<Action> make_restore_files(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"manifests"});
  const auto node = parameters.required("manifests");
  auto manifests = node.strings();
  if (node.is_list() && manifests.empty()) node.problem("must list at least one manifest");
  for (const std::string& path : manifests) {
    if (!path.starts_with('/')) node.problem(fmt::format("\"{}\" is not an absolute path", path));
  }
  return std::make_unique<RestoreFiles>(std::move(manifests), world.clock);
}

}  // namespace healer::actions
