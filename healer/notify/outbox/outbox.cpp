#include "healer/notify/outbox/outbox.h"

#include <algorithm>

#include "base/log.h"
#include "base/os/keep_running.h"
#include "healer/notify/message.h"
#include "healer/notify/outbox/filter.h"

namespace healer::notify {
namespace {

constexpr std::string_view kLog = "log";
// Notices that are not on disk yet. If there are more, the disk hangs: the newest are dropped.
constexpr std::size_t kMaxInbox = 10'000;

void add_to(Counts& sum, const Counts& more) {
  sum.delivered += more.delivered;
  sum.digested += more.digested;
  sum.failed += more.failed;
  sum.dropped += more.dropped;
  sum.suppressed += more.suppressed;
}

Wording wording_of(const Config& config) {
  return {.stack = config.stack,
          .external_url = config.external_url,
          .templates = config.notifications.templates};
}

RetryPolicy patience_of(const Config& config) {
  return {.max_waiting = config.notifications.max_waiting,
          .max_per_minute = config.notifications.max_per_minute,
          .give_up_after = config.notifications.give_up_after};
}

}  // namespace

Outbox::Outbox(const Config& config, std::unique_ptr<Store> store, const base::Clock& clock, Jitter jitter)
    : clock_(clock), jitter_(std::move(jitter)), store_(std::move(store)) {
  NotifierConfig log;
  log.name = kLog;
  log.tasks = NotifierConfig::Tasks::kAll;
  // The log has no rate limit, and notices that were not logged before a stop are not logged later.
  const RetryPolicy endless{.max_per_minute = SIZE_MAX};
  entries_.push_back({log, std::make_shared<Queue>(log.name, make_log(), endless, nullptr, jitter_, clock_)});
  reconfigure(config);
  if (store_) resume();
  thread_ = std::jthread([this](std::stop_token stop) {
    base::keep_running("outbox", stop, [&] { accept_until_stopped(stop); });
  });
}

Outbox::~Outbox() = default;

void Outbox::resume() {
  auto keys = store_->keys(clock_.now().wall - same_within_);
  auto rows = keys ? store_->load() : base::Result<std::vector<Store::Row>>(std::unexpected(keys.error()));
  if (!rows) {
    base::log::error("failed to read pending notices from the outbox", {{"error", rows.error().message}});
    return;
  }
  recent_ = Recent(std::move(*keys));
  std::vector<std::uint64_t> nobodys;
  for (Store::Row& row : *rows) {
    const auto entry =
        std::ranges::find(entries_, row.notifier, [](const Entry& one) { return one.config.name; });
    if (entry == entries_.end()) {
      nobodys.push_back(row.id);
      ++gone_[row.notifier].dropped;
    } else {
      entry->queue->add({row.id, row.accepted_at, std::move(row.notice)});
    }
  }
  if (nobodys.empty()) return;
  base::log::warn("dropped notices of notifiers that are no longer configured", {{"count", nobodys.size()}});
  if (const auto removed = store_->remove(nobodys); !removed)
    base::log::warn("failed to remove dropped notices from the outbox; the next start drops them again",
                    {{"error", removed.error().message}});
}

std::vector<Outbox::Entry> Outbox::entries() const {
  std::lock_guard lock(mutex_);
  return entries_;
}

void Outbox::add(Notice notice) {
  {
    std::lock_guard lock(inbox_mutex_);
    if (inbox_.size() >= kMaxInbox) {
      for (const Entry& entry : entries()) {
        std::lock_guard counting(mutex_);
        ++gone_[entry.config.name].dropped;
      }
      return;
    }
    inbox_.push_back(std::move(notice));
  }
  inbox_changed_.notify_all();
}

void Outbox::accept_until_stopped(std::stop_token stop) {
  std::unique_lock lock(inbox_mutex_);
  // Notices that were added before the stop are still stored.
  while (inbox_changed_.wait(lock, stop, [this] { return !inbox_.empty(); }) || !inbox_.empty()) {
    Notice notice = std::move(inbox_.front());
    inbox_.pop_front();
    accepting_ = true;
    lock.unlock();
    accept(masked(std::move(notice)));
    lock.lock();
    accepting_ = false;
    inbox_changed_.notify_all();
  }
}

void Outbox::accept(Notice notice) {
  const base::WallTime now = clock_.now().wall;
  if (notice.at == base::WallTime{}) notice.at = now;
  std::unique_lock lock(mutex_);
  const base::Duration window = same_within_;
  lock.unlock();
  std::vector<Entry> listeners = entries();
  std::erase_if(listeners, [&](const Entry& entry) { return !accepts(entry.config, notice); });
  if (recent_.again(notice.key, now, window)) {
    for (const Entry& entry : listeners) entry.queue->count_suppressed();
    return;
  }
  std::vector<std::string> names;
  for (const Entry& entry : listeners) {
    if (entry.config.name != kLog) names.push_back(entry.config.name);
  }
  std::vector<std::uint64_t> rows(names.size(), 0);
  if (store_ && (!names.empty() || !notice.key.empty())) {
    auto stored = store_->add(notice, now, names);
    if (!stored && !store_failed_)
      base::log::error("failed to write the outbox; delivering notices from memory",
                       {{"error", stored.error().message}});
    store_failed_ = !stored;
    if (stored) rows = std::move(*stored);
  }
  std::size_t next = 0;
  for (const Entry& entry : listeners) {
    const std::uint64_t row = entry.config.name == kLog ? 0 : rows[next++];
    entry.queue->add({row, now, notice});
  }
}

void Outbox::reconfigure(const Config& config) {
  std::vector<Entry> gone;  // destroyed after the lock is released: that may take as long as an attempt
  std::lock_guard lock(mutex_);
  wording_ = wording_of(config);
  same_within_ = config.notifications.same_within;
  std::vector<Entry> next;
  for (const NotifierConfig& notifier : config.notifiers) {
    const auto before =
        std::ranges::find(entries_, notifier.name, [](const Entry& entry) { return entry.config.name; });
    if (before == entries_.end()) {
      next.push_back({notifier, std::make_shared<Queue>(notifier.name, make(notifier, wording_, clock_),
                                                        patience_of(config), store_.get(), jitter_, clock_)});
      continue;
    }
    // Also if the notifier is unchanged: limits may have changed, and a reload requests an immediate retry.
    before->queue->replace(make(notifier, wording_, clock_), patience_of(config));
    next.push_back({notifier, before->queue});
  }
  for (Entry& entry : entries_) {
    const bool stays = std::ranges::find(next, entry.config.name,
                                         [](const Entry& one) { return one.config.name; }) != next.end();
    if (entry.config.name == kLog) {
      next.insert(next.begin(), std::move(entry));
    } else if (!stays) {
      gone.push_back(std::move(entry));
    }
  }
  entries_ = std::move(next);
  for (const Entry& entry : gone) {
    entry.queue->give_up();
    add_to(gone_[entry.config.name], entry.queue->counts());
  }
}

std::map<std::string, NotifierReading> Outbox::readings() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, NotifierReading> all;
  for (const auto& [name, counts] : gone_) all[name].counts = counts;
  for (const Entry& entry : entries_) {
    add_to(all[entry.config.name].counts, entry.queue->counts());
    all[entry.config.name].backlog = entry.queue->backlog();
  }
  return all;
}

void Outbox::drain(base::Duration patience) {
  const base::Deadline deadline = base::Deadline::after(clock_, patience);
  {
    std::unique_lock lock(inbox_mutex_);
    inbox_changed_.wait_for(lock, deadline.remaining(), [this] { return inbox_.empty() && !accepting_; });
  }
  for (const Entry& entry : entries()) entry.queue->drain(deadline.remaining());
}

std::vector<std::pair<std::string, Delivery>> Outbox::test(const std::string& name, base::Deadline deadline) {
  std::unique_lock lock(mutex_);
  const Wording wording = wording_;
  lock.unlock();
  const Notice notice{.kind = Notice::Kind::kTest,
                      .title = "Test notification requested by an operator",
                      .at = clock_.now().wall};
  std::vector<std::pair<std::string, Delivery>> results;
  for (const Entry& entry : entries()) {
    if (entry.config.name == kLog || (!name.empty() && entry.config.name != name)) continue;
    results.emplace_back(entry.config.name, make(entry.config, wording, clock_)->deliver(notice, deadline));
  }
  return results;
}

}  // namespace healer::notify
