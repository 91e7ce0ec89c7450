#include "healer/actions/files/log_rotation.h"

#include "base/log.h"
#include "base/text/duration.h"
#include "healer/actions/files/gzip_rotation.h"

namespace healer::actions {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kShortest = 1h;  // so that files stay long enough to be read
constexpr base::Duration kLongest = std::chrono::days(3650);

bool before_today(base::WallTime time, base::WallTime now) {
  return std::chrono::floor<std::chrono::days>(time) < std::chrono::floor<std::chrono::days>(now);
}

FileId id_of(const FileFacts& file) { return {file.device, file.inode}; }

class LogRotation final : public Action {
 public:
  LogRotation(std::string folder, RotationRules rules, const base::Clock& clock)
      : folder_(std::move(folder)), rules_(std::move(rules)), clock_(clock) {}

  std::string describe(const Target&) const override {
    return fmt::format(
        "in {}: of the files matching {}, remove those last modified more than {} ago, compress those last "
        "modified before today, skip those modified in the last {}",
        folder_, rules_.names.words(), base::format_duration(rules_.remove_after),
        base::format_duration(rules_.settle));
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto folder = open_folder(folder_);
    if (!folder) return std::unexpected(folder.error());
    if (!*folder) {
      base::log::info("🧹 Log rotation: No logs (skipping)",
                      {{"folder", folder_}, {"reason", "the folder does not exist"}});
      return Outcome{fmt::format("skipped: folder {} does not exist", folder_)};
    }
    const auto done =
        rotate(**folder, rules_, [] { return files_being_written(); }, clock_.now().wall, deadline);
    if (!done) return base::wrap(done.error(), "{}", folder_);
    base::log::info(
        fmt::format("🧹 Log rotation: Deleted {} old logs, compressed {}", done->removed, done->packed),
        {{"folder", folder_},
         {"freed_bytes", done->freed},
         {"skipped", done->in_use},
         {"failed", done->problems.size()}});
    return done->outcome(folder_);
  }

 private:
  std::string folder_;
  RotationRules rules_;
  const base::Clock& clock_;
};

}  // namespace

base::Result<CleanupStats> rotate(Folder& folder, const RotationRules& rules, const FilesWritten& written,
                                  base::WallTime now, base::Deadline deadline) {
  const auto files = folder.list();
  if (!files) return std::unexpected(files.error());
  const std::set<FileId> in_use = written();
  const auto written_now = [&](const FileFacts& file) { return written().contains(id_of(file)); };
  CleanupStats done;
  std::vector<const FileFacts*> to_pack;
  // Removing first frees the space that compression needs.
  for (const FileFacts& file : *files) {
    const base::Duration age = now - file.modified;
    if (deadline.passed()) {
      done.problems.emplace_back("timed out");
      return done;
    }
    if (file.name.ends_with(kUnfinished)) {
      if (age >= rules.settle) done.remove(folder, file);
    } else if (!rules.names.matches(file.name)) {
      continue;
    } else if (age < rules.settle || in_use.contains(id_of(file))) {
      ++done.in_use;
    } else if (age > rules.remove_after) {
      if (done.remove(folder, file))
        base::log::info("🗑️ Deleted old log: " + file.name, {{"file", file.name}, {"bytes", file.bytes}});
    } else if (!file.name.ends_with(".gz") && before_today(file.modified, now)) {
      to_pack.push_back(&file);
    }
  }
  for (const FileFacts* file : to_pack) {
    if (deadline.passed()) {
      done.problems.push_back(fmt::format("timed out before {} and the files after it", file->name));
      return done;
    }
    const auto packed = pack(folder, *file, written_now, deadline);
    if (!packed) {
      done.problems.push_back(packed.error().message);
      continue;
    }
    ++done.packed;
    base::log::info(fmt::format("📦 Compressed: {} → {}", file->name, packed->name),
                    {{"file", file->name}, {"bytes", file->bytes}, {"compressed_bytes", packed->bytes}});
    if (packed->bytes < file->bytes) done.freed += file->bytes - packed->bytes;
  }
  return done;
}

std::unique_ptr<Action> make_log_rotation(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"folder", "include", "exclude", "remove_after", "settle"});
  std::string folder = read_folder(parameters);
  RotationRules rules;
  rules.names = read_name_filter(parameters, {"*.log", "*.gz"});
  rules.remove_after =
      parameters.optional("remove_after").duration(std::chrono::days(3), kShortest, kLongest);
  rules.settle = parameters.optional("settle").duration(10min, 1s, 24h);
  return std::make_unique<LogRotation>(std::move(folder), std::move(rules), world.clock);
}

}  // namespace healer::actions
