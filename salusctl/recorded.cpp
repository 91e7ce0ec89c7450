#include "salusctl/recorded.h"

#include <filesystem>

#include "healer/journal/sqlite_journal.h"
#include "healer/state/checkpoint.h"

namespace healer::salusctl {

base::Result<Recorded> read_recorded(const std::string& file) {
  Recorded recorded;
  const auto read = journal::SqliteJournal::read(
      file, [&](const Entry& entry) { recorded.entries.push_back(entry); }, 0,
      [&](std::string_view line) -> base::Result<> {
        recorded.before.emplace_back(line);
        return {};
      });
  if (!read) return base::wrap(read.error(), "read the journal {}", file);
  return recorded;
}

base::Result<History> remember(const Recorded& recorded, base::Now now) {
  History history;
  CheckpointReader reader(history, now);
  for (const std::string& line : recorded.before) {
    if (const auto taken = reader.take(line); !taken) return std::unexpected(taken.error());
  }
  for (const Entry& entry : recorded.entries) reader.take(entry);
  return history;
}

std::string subsystems_beside(const std::string& config_file, const std::string& given) {
  if (!given.empty()) return given;
  return (std::filesystem::path(config_file).parent_path() / "subsystems.yml").string();
}

}  // namespace healer::salusctl
