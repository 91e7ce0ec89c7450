// Maintenance of the journal beside appends: its checkpoint, and SQLite's.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/journal/staged_checkpoint.h"

namespace healer::journal {
namespace {

// Pages in the write-ahead log at which they are copied into the file; at kMostPages appends wait for
// the last of them.
constexpr int kCopyAt = 1000;
constexpr int kMostPages = 4000;
// Lines of a checkpoint that an append may have to wait for.
constexpr std::size_t kLinesAtOnce = 200;

}  // namespace

base::Result<> SqliteJournal::start_upkeep() {
  if (auto connected = connect_to(upkeep_); !connected) return base::wrap(connected.error(), "{}", path_);
  copy_at_ = kCopyAt;
  thread_ = std::jthread([this](std::stop_token stop) { keep_up(stop); });
  return {};
}

// Called by the thread that commits, which holds mutex_.
int SqliteJournal::on_commit(void* journal, sqlite3*, const char*, int pages) {
  auto& self = *static_cast<SqliteJournal*>(journal);
  // The log starts at its front again once all of it was copied.
  if (pages < self.pages_) self.copy_at_ = kCopyAt;
  self.pages_ = pages;
  if (pages >= self.copy_at_) self.due_.notify_one();
  return 0;  // SQLite expects no other answer
}

void SqliteJournal::copy_log() {
  if (const auto copied = execute(upkeep_.get(), "PRAGMA wal_checkpoint(PASSIVE)"); !copied)
    base::log::debug("failed to copy the write-ahead log", {{"error", copied.error().message}});
}

void SqliteJournal::keep_up(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (due_.wait(lock, stop, [this] { return checkpoint_due_ || pages_ >= copy_at_; }) &&
         !stop.stop_requested()) {
    if (pages_ >= copy_at_) {
      // The next attempt comes after as many pages, in case a reader prevents this one.
      copy_at_ = pages_ + kCopyAt;
      const bool appends_wait = pages_ >= kMostPages;
      lock.unlock();
      copy_log();
      lock.lock();
      // Only pages appended in the meantime are left; then the log starts at its front again.
      if (appends_wait) copy_log();
      continue;
    }
    lock.unlock();
    const auto done = write_beside(*checkpoint_due_, stop);
    if (!done && !stop.stop_requested())
      base::log::warn("failed to write a checkpoint; the next start reads more records",
                      {{"error", done.error().message}});
    lock.lock();
    // It is large, so it is freed without holding up appends.
    std::optional<Checkpoint> over;
    over.swap(checkpoint_due_);
    lock.unlock();
    over.reset();
    lock.lock();
  }
}

base::Result<> SqliteJournal::checkpoint_beside(Save save) {
  std::lock_guard lock(mutex_);
  if (last_.seq == base_ || checkpoint_due_) return {};
  checkpoint_due_ = Checkpoint{last_, std::move(save)};
  due_.notify_one();
  return {};
}

bool SqliteJournal::checkpointing() const {
  std::lock_guard lock(mutex_);
  return checkpoint_due_.has_value();
}

// Appends run between the pieces. Only the last piece is synced, together with all before it; an unfinished
// checkpoint is ignored.
base::Result<> SqliteJournal::write_beside(const Checkpoint& due, const std::stop_token& stop) {
  StagedCheckpoint staged(due.last);
  base::Result<> done;
  due.save([&](std::string_view line) {
    if (!done || stop.stop_requested()) return;
    staged.add(line);
    if (staged.waiting() >= kLinesAtOnce) done = write_piece([&] { return staged.write(db_.get()); }, false);
  });
  if (!done) return done;
  if (stop.stop_requested()) return base::fail("the journal is being closed");
  done = write_piece(
      [&] {
        // A newer checkpoint was written in the meantime.
        if (checkpoint_ > due.last.seq) return execute(db_.get(), "DROP TABLE IF EXISTS checkpoint_next");
        return staged.finish(db_.get());
      },
      true);
  std::lock_guard lock(mutex_);
  if (done) checkpoint_ = std::max(checkpoint_, due.last.seq);
  return done;
}

base::Result<> SqliteJournal::write_piece(const std::function<base::Result<>()>& write, bool durable) {
  std::lock_guard lock(mutex_);
  if (!durable) {
    if (auto set = execute(db_.get(), "PRAGMA synchronous=NORMAL"); !set) return set;
  }
  auto done = transact(write);
  if (!durable) {
    // Every append requires it.
    const auto set = execute(db_.get(), "PRAGMA synchronous=FULL");
    if (done && !set) done = set;
  }
  return done;
}

}  // namespace healer::journal
