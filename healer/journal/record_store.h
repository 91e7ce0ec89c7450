// The content of a journal file, described in docs/journal-format.md. Everything that is read is verified
// against the hash chain. Each error names the record or the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/journal.h"
#include "healer/journal/tail_marker.h"

struct sqlite3;

namespace healer::journal {

// The last line of a checkpoint and of the lines that replace removed records.
inline constexpr std::string_view kEndOfLines = "end";

// The statements that make an empty journal.
std::string schema();

// Whether it is a journal of this version.
base::Result<> check_format(sqlite3* db);

// The last removed record; the position before the first one if none was removed.
base::Result<Link> base_of(sqlite3* db);
// The same, and passes on the lines that replace the removed records.
base::Result<Link> read_base(sqlite3* db, const TakeLine& line);

// The same for the last checkpoint; `base` if there is none.
base::Result<Link> read_checkpoint(sqlite3* db, const Link& base, const TakeLine& line);

// Passes on the records after `from` up to `last`. Returns the last one.
base::Result<Link> read_records(sqlite3* db, Link from, const TakeEntry& each, std::uint64_t last);

// Whether the record that the head names is in the journal.
base::Result<> check_head(sqlite3* db, const Link& base, const Link& last, const Head& head);

// Must be called within a transaction. `last`: the last record that the lines cover; for a base it is removed
// with all before it.
base::Result<> write_checkpoint(sqlite3* db, const Link& last, const Save& save);
base::Result<> write_base(sqlite3* db, std::uint64_t last, const Save& save);

}  // namespace healer::journal
