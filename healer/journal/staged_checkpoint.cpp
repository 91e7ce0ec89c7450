#include "healer/journal/staged_checkpoint.h"

#include <string>

namespace healer::journal {

StagedCheckpoint::StagedCheckpoint(const Link& last) : hash_(last.hash) { add(std::to_string(last.seq)); }

void StagedCheckpoint::add(std::string_view line) {
  hash_ = chain(hash_, places_ + lines_.size(), line);
  lines_.push_back({std::string(line), hash_});
}

base::Result<> StagedCheckpoint::write(sqlite3* db) {
  if (places_ == 0) {
    auto made = execute(db,
                        "DROP TABLE IF EXISTS checkpoint_next; CREATE TABLE checkpoint_next("
                        "place INTEGER PRIMARY KEY, line TEXT NOT NULL, hash BLOB NOT NULL) STRICT;");
    if (!made) return made;
  }
  Statement row(db, "INSERT INTO checkpoint_next(place, line, hash) VALUES(?1, ?2, ?3)");
  std::uint64_t place = places_;
  for (const Line& line : lines_) {
    row.bind(1, place++);
    row.bind_text(2, line.text);
    row.bind_blob(3, line.hash);
    if (auto run = row.run(); !run) return run;
  }
  places_ = place;
  lines_.clear();
  return {};
}

base::Result<> StagedCheckpoint::finish(sqlite3* db) {
  add(kEndOfLines);
  if (auto written = write(db); !written) return written;
  return execute(db, "DROP TABLE IF EXISTS checkpoint; ALTER TABLE checkpoint_next RENAME TO checkpoint;");
}

}  // namespace healer::journal
