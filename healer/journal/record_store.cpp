#include "healer/journal/record_store.h"

#include <charconv>
#include <utility>

#include "base/text/hex.h"
#include "healer/journal/statement.h"

namespace healer::journal {
namespace {

constexpr int kVersion = 1;
constexpr int kApplication = 0x53414c55;  // "SALU"
constexpr std::string_view kBase = "the lines that replace removed records";

base::Result<bool> has_table(sqlite3* db, std::string_view name) {
  Statement table(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1");
  table.bind_text(1, name);
  return table.next();
}

// The hash of a record that must exist.
base::Result<std::string> hash_of(sqlite3* db, std::uint64_t seq) {
  Statement record(db, "SELECT hash FROM records WHERE seq = ?1");
  record.bind(1, seq);
  const auto there = record.next();
  if (!there) return std::unexpected(there.error());
  if (!*there) return base::fail("record {} is missing", seq);
  return record.bytes(0);
}

std::uint64_t number_at_the_begin_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Reads the first line of a base.
base::Result<Link> removed_until(std::string_view first) {
  const std::uint64_t seq = number_at_the_begin_of(first);
  auto hash = hash_from_hex(first.substr(first.find(' ') + 1));
  if (seq == 0 || !hash) return base::fail("line 0 names no record");
  return Link{seq, std::move(*hash)};
}

// The lines of a table. `begin` reads the first one, which names the record that they belong to; the last one
// is kEndOfLines.
base::Result<Link> read_lines(sqlite3* db, const char* select, const TakeLine& line,
                              const std::function<base::Result<Link>(std::string_view)>& begin) {
  Link link;
  std::string hash;
  std::uint64_t place = 0;
  bool ended = false;
  Statement rows(db, select);
  while (true) {
    const auto row = rows.next();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string text = rows.bytes(1);
    if (place == 0) {
      auto begun = begin(text);
      if (!begun) return begun;
      link = std::move(*begun);
      hash = link.hash;
    }
    hash = chain(hash, place, text);
    if (ended || rows.number(0) != place || rows.bytes(2) != hash)
      return base::fail("line {} does not match its hash", place);
    ended = text == kEndOfLines;
    if (place > 0 && !ended) {
      if (auto taken = line(text); !taken) return base::wrap(taken.error(), "line {}", place);
    }
    ++place;
  }
  if (!ended) return base::fail("its last line is missing");
  return link;
}

base::Result<> write_lines(sqlite3* db, const char* insert, std::string_view first, std::string hash,
                           const Save& save) {
  Statement row(db, insert);
  std::uint64_t place = 0;
  base::Result<> done;
  const auto put = [&](std::string_view line) {
    if (!done) return;
    hash = chain(hash, place, line);
    row.bind(1, place);
    row.bind_text(2, line);
    row.bind_blob(3, hash);
    done = row.run();
    ++place;
  };
  put(first);
  save(put);
  put(kEndOfLines);
  return done;
}

}  // namespace

std::string schema() {
  // Free space at the end of the file can be released only if the first page allows it.
  return fmt::format(
      "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
      "PRAGMA application_id={}; PRAGMA user_version={};"
      "CREATE TABLE records(seq INTEGER PRIMARY KEY, record TEXT NOT NULL, hash BLOB NOT NULL) STRICT;",
      kApplication, kVersion);
}

base::Result<> check_format(sqlite3* db) {
  const auto application = pragma(db, "PRAGMA application_id");
  const auto version = pragma(db, "PRAGMA user_version");
  if (!application || !version) return base::fail("{}", error_of(db));
  if (*application != kApplication) return base::fail("it is not a Salus journal");
  if (*version > kVersion)
    return base::fail("it is from a newer version: its format is {}, this one reads {}", *version, kVersion);
  if (*version < kVersion) return base::fail("its format {} is unknown", *version);
  return {};
}

base::Result<Link> base_of(sqlite3* db) {
  const auto there = has_table(db, "base");
  if (!there) return std::unexpected(there.error());
  if (!*there) return Link{};
  Statement first(db, "SELECT line, hash FROM base WHERE place = 0");
  const auto row = first.next();
  if (!row) return std::unexpected(row.error());
  auto link = *row ? removed_until(first.bytes(0)) : base::fail("its first line is missing");
  if (link && chain(link->hash, 0, first.bytes(0)) != first.bytes(1))
    link = base::fail("line 0 does not match its hash");
  if (!link) return base::wrap(link.error(), "{}", kBase);
  return link;
}

base::Result<Link> read_base(sqlite3* db, const TakeLine& line) {
  const auto there = has_table(db, "base");
  if (!there) return std::unexpected(there.error());
  if (!*there) return Link{};
  auto link = read_lines(db, "SELECT place, line, hash FROM base ORDER BY place", line, removed_until);
  if (!link) return base::wrap(link.error(), "{}", kBase);
  return link;
}

base::Result<Link> read_checkpoint(sqlite3* db, const Link& base, const TakeLine& line) {
  const auto there = has_table(db, "checkpoint");
  if (!there) return std::unexpected(there.error());
  if (!*there) return base;
  return read_lines(db, "SELECT place, line, hash FROM checkpoint ORDER BY place", line,
                    [db](std::string_view first) -> base::Result<Link> {
                      const std::uint64_t seq = number_at_the_begin_of(first);
                      auto hash = hash_of(db, seq);
                      if (!hash) return std::unexpected(hash.error());
                      return Link{seq, std::move(*hash)};
                    });
}

base::Result<Link> read_records(sqlite3* db, Link from, const TakeEntry& each, std::uint64_t last) {
  Statement rows(db, "SELECT seq, record, hash FROM records WHERE seq > ?1 ORDER BY seq");
  rows.bind(1, from.seq);
  while (from.seq < last) {
    const auto row = rows.next();
    if (!row) return base::wrap(row.error(), "after record {}", from.seq);
    if (!*row) break;
    const std::uint64_t seq = rows.number(0);
    if (seq != from.seq + 1) return base::fail("record {} is missing", from.seq + 1);
    const std::string text = rows.bytes(1);
    from.hash = chain(from.hash, seq, text);
    if (rows.bytes(2) != from.hash) return base::fail("record {} does not match its hash", seq);
    auto record = decode(text);
    if (!record) return base::wrap(record.error(), "record {}", seq);
    from.seq = seq;
    each({seq, std::move(*record)});
  }
  return from;
}

base::Result<> check_head(sqlite3* db, const Link& base, const Link& last, const Head& head) {
  const auto kept = head.read();
  if (!kept || kept->seq < base.seq) return {};
  if (kept->seq > last.seq)
    return base::fail("its newest records are missing: {} were written, {} are present", kept->seq, last.seq);
  if (kept->seq == base.seq) {
    if (kept->hash == base.hash) return {};
  } else if (const auto hash = hash_of(db, kept->seq); hash && *hash == kept->hash) {
    return {};
  }
  return base::fail("record {} does not match its hash", kept->seq);
}

base::Result<> write_checkpoint(sqlite3* db, const Link& last, const Save& save) {
  // Journals of older versions have no such table, and older versions ignore it.
  auto made = execute(db,
                      "CREATE TABLE IF NOT EXISTS checkpoint(place INTEGER PRIMARY KEY, line TEXT NOT NULL, "
                      "hash BLOB NOT NULL) STRICT; DELETE FROM checkpoint;");
  if (!made) return made;
  return write_lines(db, "INSERT INTO checkpoint(place, line, hash) VALUES(?1, ?2, ?3)",
                     std::to_string(last.seq), last.hash, save);
}

base::Result<> write_base(sqlite3* db, std::uint64_t last, const Save& save) {
  const auto hash = hash_of(db, last);
  if (!hash) return std::unexpected(hash.error());
  auto made = execute(db,
                      "CREATE TABLE IF NOT EXISTS base(place INTEGER PRIMARY KEY, line TEXT NOT NULL, "
                      "hash BLOB NOT NULL) STRICT; DELETE FROM base;");
  if (!made) return made;
  auto written = write_lines(db, "INSERT INTO base(place, line, hash) VALUES(?1, ?2, ?3)",
                             fmt::format("{} {}", last, base::hex(*hash)), *hash, save);
  if (!written) return written;
  Statement remove(db, "DELETE FROM records WHERE seq <= ?1");
  remove.bind(1, last);
  return remove.run();
}

}  // namespace healer::journal
