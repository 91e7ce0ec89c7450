// The journal in one SQLite file: docs/journal-format.md is its description.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "healer/journal/journal.h"

struct sqlite3;

namespace healer::journal {

class SqliteJournal final : public Journal {
 public:
  // Opens `path`, or creates it, and reads all of it once: every row's hash, every record. A file that is
  // damaged, from a newer version, another program's or another user's is renamed to `<path>.bad-<time>`, and
  // an empty journal takes its place: set_aside() says why. An error means that there is no journal to be
  // had: the folder cannot be written, or another process has this one open.
  static base::Result<std::unique_ptr<SqliteJournal>> open(const std::string& path, const base::Clock& clock);
  // Hands over what stands in the journal at `path`, in order, beside whoever writes it: for reports. Takes
  // no lock, changes nothing, verifies no hashes; after an error it has handed over a part. Blocks.
  static base::Result<> read(const std::string& path, const std::function<void(const Entry&)>& each);
  ~SqliteJournal() override;

  base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) override;
  base::Result<> load(const std::function<void(const Entry&)>& each) override;
  std::optional<std::string> last_error() const override;
  std::optional<std::string> set_aside() const override { return set_aside_; }
  std::uint64_t errors_total() const override;
  std::uint64_t bytes() const override;

 private:
  explicit SqliteJournal(std::string path) : path_(std::move(path)) {}
  base::Result<> lock();
  base::Result<> connect();
  void disconnect();
  base::Result<> read_all(const std::function<void(const Entry&)>& each);
  base::Result<std::vector<std::uint64_t>> insert(std::span<const Record> records);

  std::string path_;
  int lock_fd_ = -1;
  std::optional<std::string> set_aside_;

  mutable std::mutex mutex_;
  sqlite3* db_ = nullptr;
  std::uint64_t last_seq_ = 0;
  std::string last_hash_;
  std::optional<std::string> last_error_;
  std::uint64_t errors_ = 0;
};

}  // namespace healer::journal
