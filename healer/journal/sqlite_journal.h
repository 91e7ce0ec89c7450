// The journal in one SQLite file: docs/journal-format.md is its description.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "healer/journal/head.h"
#include "healer/journal/journal.h"

struct sqlite3;

namespace healer::journal {

class SqliteJournal final : public Journal {
 public:
  // Opens `path`, or creates it, and reads once what a start reads: the checkpoint and the records after it,
  // every row's hash, every record. A file that is damaged, has lost its newest records, is from a newer
  // version, another program's or another user's is renamed to `<path>.bad-<time>`, and an empty journal
  // takes its place: set_aside() says why. An error means that there is no journal to be had: the folder
  // cannot be written, or another process has this one open.
  static base::Result<std::unique_ptr<SqliteJournal>> open(const std::string& path, const base::Clock& clock);
  // Hands over what stands in the journal at `path`, in order, beside whoever writes it: for reports. Takes
  // no lock, changes nothing, verifies no hashes; after an error it has handed over a part. `from`: the first
  // record that is wanted. Blocks.
  static base::Result<> read(const std::string& path, const std::function<void(const Entry&)>& each,
                             std::uint64_t from = 0);
  ~SqliteJournal() override;

  base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) override;
  base::Result<> load(const std::function<void(const Entry&)>& each) override;
  base::Result<> checkpoint(const std::function<void(const Lines&)>& save) override;
  base::Result<> recall(const std::function<base::Result<>(std::string_view)>& line,
                        const std::function<void(const Entry&)>& each) override;
  std::uint64_t since_checkpoint() const override;
  std::optional<std::string> last_error() const override;
  std::optional<std::string> set_aside() const override { return set_aside_; }
  std::uint64_t errors_total() const override;
  std::uint64_t bytes() const override;
  std::uint64_t records() const override;

 private:
  explicit SqliteJournal(std::string path) : path_(std::move(path)), head_(path_ + ".head") {}
  base::Result<> lock();
  base::Result<> connect();
  void disconnect();
  base::Result<> check_format();
  base::Result<> read_whole();
  // A record that is known to be right: those after it are read.
  struct Link {
    std::uint64_t seq = 0;
    std::string hash;
  };
  base::Result<Link> read_checkpoint(const std::function<base::Result<>(std::string_view)>& line);
  base::Result<Link> read_records(Link from, const std::function<void(const Entry&)>& each);
  base::Result<> write_checkpoint(const std::function<void(const Lines&)>& save);
  base::Result<std::vector<std::uint64_t>> insert(std::span<const Record> records);

  std::string path_;
  Head head_;
  int lock_fd_ = -1;
  std::optional<std::string> set_aside_;

  mutable std::mutex mutex_;
  sqlite3* db_ = nullptr;
  std::uint64_t last_seq_ = 0;
  std::string last_hash_;
  std::uint64_t checkpoint_ = 0;  // the last record that it stands for; 0: there is none that can be used
  std::optional<std::string> last_error_;
  std::uint64_t errors_ = 0;
};

}  // namespace healer::journal
