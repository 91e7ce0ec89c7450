#include "healer/salusctl/recorded.h"

#include <algorithm>
#include <filesystem>

#include "healer/journal/sqlite_journal.h"

namespace healer::salusctl {

base::Result<std::vector<Entry>> read_recorded(const std::string& file) {
  std::vector<Entry> entries;
  const auto read = journal::SqliteJournal::read(file, [&](const Entry& entry) { entries.push_back(entry); });
  if (!read) return base::wrap(read.error(), "read the journal {}", file);
  return entries;
}

History remember(const std::vector<Entry>& entries, base::Now now) {
  History history;
  for (const Entry& entry : entries) {
    const base::Duration age = std::max<base::Duration>(now.wall - entry.record.at, base::Duration::zero());
    history.apply(entry, now.mono - std::min<base::Duration>(age, std::chrono::hours(24 * 366)));
  }
  return history;
}

std::string subsystems_beside(const std::string& config_file, const std::string& given) {
  if (!given.empty()) return given;
  return (std::filesystem::path(config_file).parent_path() / "subsystems.yml").string();
}

}  // namespace healer::salusctl
