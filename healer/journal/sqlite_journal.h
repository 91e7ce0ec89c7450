// The journal in one SQLite file: docs/journal-format.md is its description.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/head.h"
#include "healer/journal/journal.h"
#include "healer/journal/statement.h"

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
  // no lock, changes nothing, verifies no records; after an error it has handed over a part. `from`: the
  // first record that is wanted. What was removed is told of where `line` is given. Blocks.
  static base::Result<> read(const std::string& path, const TakeEntry& each, std::uint64_t from = 0,
                             const TakeLine& line = {});
  ~SqliteJournal() override;

  base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) override;
  base::Result<> load(const TakeLine& line, const TakeEntry& each, std::uint64_t last) override;
  base::Result<> checkpoint(const Save& save) override;
  base::Result<> checkpoint_beside(Save save) override;
  bool checkpointing() const override;
  base::Result<> recall(const TakeLine& line, const TakeEntry& each) override;
  std::uint64_t checkpointed() const override;
  std::uint64_t since_checkpoint() const override;
  base::Result<> retire(std::uint64_t last, const Save& save) override;
  std::uint64_t retired() const override;
  std::optional<std::string> last_error() const override;
  std::optional<std::string> set_aside() const override { return set_aside_; }
  std::optional<std::string> unproven() const override { return unproven_; }
  std::uint64_t errors_total() const override;
  std::uint64_t bytes() const override;
  std::uint64_t records() const override;

 private:
  explicit SqliteJournal(std::string path) : path_(std::move(path)), head_(path_ + ".head") {}
  base::Result<> lock();
  base::Result<> connect();
  base::Result<> connect_to(Connection& connection) const;
  base::Result<> read_whole();
  void judge_head();
  // All that `write` does, durable, or nothing of it.
  base::Result<> transact(const std::function<base::Result<>()>& write);
  base::Result<std::vector<std::uint64_t>> insert(std::span<const std::string> records);

  // What appends must not wait for, on a thread of its own.
  struct Checkpoint {
    Link last;
    Save save;
  };
  base::Result<> start_upkeep();
  void copy_log();  // SQLite's, into the file
  void keep_up(const std::stop_token& stop);
  base::Result<> write_beside(const Checkpoint& due, const std::stop_token& stop);
  base::Result<> write_piece(const std::function<base::Result<>()>& write, bool durable);
  static int on_commit(void* journal, sqlite3* db, const char* name, int pages);

  std::string path_;
  Head head_;
  int lock_fd_ = -1;
  std::optional<std::string> set_aside_;
  std::optional<std::string> unproven_;

  mutable std::mutex mutex_;
  Connection db_;
  Link last_;
  std::uint64_t base_ = 0;        // the last record that was removed
  std::uint64_t checkpoint_ = 0;  // the last record that it stands for; 0: there is none that can be used
  std::optional<std::string> last_error_;
  std::uint64_t errors_ = 0;
  std::optional<Checkpoint> checkpoint_due_;  // waits, or is being written
  int pages_ = 0;                             // of the write-ahead log
  int copy_at_ = 0;                           // when there are so many, they are copied into the file
  std::condition_variable_any due_;
  Connection upkeep_;    // of the thread alone
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::journal
