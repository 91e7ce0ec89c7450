// The journal in one SQLite file, described in docs/journal-format.md.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/os/clock.h"
#include "healer/journal/hash_chain.h"
#include "healer/journal/journal.h"
#include "healer/journal/statement.h"
#include "healer/journal/tail_marker.h"

namespace healer::journal {

class SqliteJournal final : public Journal {
 public:
  // Opens or creates `path`, and verifies what a start reads: the checkpoint and the records after it, every
  // row's hash, every record. A file that is damaged, lacks its newest records, or is from a newer version,
  // another program or another user is renamed to `<path>.bad-<time>` and replaced by an empty journal;
  // quarantined() says why. An error means that no journal is available: the folder cannot be written, or
  // another process has the journal open.
  static base::Result<std::unique_ptr<SqliteJournal>> open(const std::string& path, const base::Clock& clock);
  // Passes on the records of the journal at `path`, in order, also while it is written: for reports. Takes no
  // lock, changes nothing, verifies no hashes. After an error a part was passed on. `from`: the first record.
  // `line` receives the lines that replace removed records. Blocks.
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
  std::optional<std::string> quarantined() const override { return quarantined_; }
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
  // Runs `write` in one transaction, durable on return.
  base::Result<> transact(const std::function<base::Result<>()>& write);
  base::Result<std::vector<std::uint64_t>> insert(std::span<const std::string> records);

  // Work that appends must not wait for, on a separate thread.
  struct Checkpoint {
    Link last;
    Save save;
  };
  base::Result<> start_upkeep();
  void copy_log();  // copies SQLite's write-ahead log into the file
  void keep_up(const std::stop_token& stop);
  base::Result<> write_beside(const Checkpoint& due, const std::stop_token& stop);
  base::Result<> write_piece(const std::function<base::Result<>()>& write, bool durable);
  static int on_commit(void* journal, sqlite3* db, const char* name, int pages);

  std::string path_;
  Head head_;
  int lock_fd_ = -1;
  std::optional<std::string> quarantined_;
  std::optional<std::string> unproven_;

  mutable std::mutex mutex_;
  Connection db_;
  Link last_;
  std::uint64_t base_ = 0;        // the last record that was removed
  std::uint64_t checkpoint_ = 0;  // the last record that it covers; 0: no usable checkpoint
  std::optional<std::string> last_error_;
  std::uint64_t errors_ = 0;
  std::optional<Checkpoint> checkpoint_due_;  // waits, or is being written
  int pages_ = 0;                             // of the write-ahead log
  int copy_at_ = 0;                           // at so many pages the log is copied into the file
  std::condition_variable_any due_;
  Connection upkeep_;    // used only by the thread
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::journal
