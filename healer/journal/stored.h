// What stands in a journal's file, for whoever has it open: docs/journal-format.md. Everything that is read
// is verified against the chain of hashes, and each error names the record or the line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/head.h"
#include "healer/journal/journal.h"

struct sqlite3;

namespace healer::journal {

// The last line of a checkpoint and of what stands for removed records.
inline constexpr std::string_view kEndOfLines = "end";

// The statements that make an empty journal.
std::string schema();

// Whether it is a journal of this version.
base::Result<> check_format(sqlite3* db);

// The last record that was removed; the place before the first one when none was.
base::Result<Link> base_of(sqlite3* db);
// The same, and hands over the lines that stand for what was removed.
base::Result<Link> read_base(sqlite3* db, const TakeLine& line);

// Likewise of the last checkpoint; `base` where there is none.
base::Result<Link> read_checkpoint(sqlite3* db, const Link& base, const TakeLine& line);

// Hands over the records after `from` up to `last`; the last one of them.
base::Result<Link> read_records(sqlite3* db, Link from, const TakeEntry& each, std::uint64_t last);

// Whether the record that the head tells of is there.
base::Result<> check_head(sqlite3* db, const Link& base, const Link& last, const Head& head);

// Within a transaction of the caller's. `last`: the record that the lines stand for, or, of a base, that is
// removed with all before it.
base::Result<> write_checkpoint(sqlite3* db, const Link& last, const Save& save);
base::Result<> write_base(sqlite3* db, std::uint64_t last, const Save& save);

}  // namespace healer::journal
