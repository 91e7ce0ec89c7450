// A checkpoint that is written piece by piece, so that appends can run in between.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/journal.h"
#include "healer/journal/record_store.h"
#include "healer/journal/statement.h"

namespace healer::journal {

// Lines are collected in memory. write() and finish() must be called within a transaction. Until finish() the
// previous checkpoint stays valid; what a crash leaves behind is removed by the next one.
class StagedCheckpoint {
 public:
  // For all records up to `last`.
  explicit StagedCheckpoint(const Link& last);

  void add(std::string_view line);
  // Lines that were added since the last write().
  std::size_t waiting() const { return lines_.size(); }

  base::Result<> write(sqlite3* db);
  // Writes the rest and replaces the previous checkpoint.
  base::Result<> finish(sqlite3* db);

 private:
  struct Line {
    std::string text;
    std::string hash;
  };
  std::string hash_;          // of the last line that was added
  std::uint64_t places_ = 0;  // written
  std::vector<Line> lines_;
};

}  // namespace healer::journal
