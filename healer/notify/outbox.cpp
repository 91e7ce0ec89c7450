#include "healer/notify/outbox.h"

#include <algorithm>

namespace healer::notify {
namespace {

constexpr std::string_view kLog = "log";

void add_to(Counts& sum, const Counts& more) {
  sum.delivered += more.delivered;
  sum.failed += more.failed;
  sum.dropped += more.dropped;
}

}  // namespace

Outbox::Outbox(const Config& config, const base::Clock& clock) : clock_(clock) {
  NotifierConfig log;
  log.name = kLog;
  entries_.push_back({log, std::make_shared<Queue>(log.name, make_log(), Patience{}, clock_)});
  reconfigure(config);
}

std::vector<std::shared_ptr<Queue>> Outbox::queues() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Queue>> all;
  for (const Entry& entry : entries_) all.push_back(entry.queue);
  return all;
}

void Outbox::add(const Notice& notice) {
  for (const auto& queue : queues()) queue->add(notice);
}

void Outbox::reconfigure(const Config& config) {
  std::vector<Entry> gone;  // destroyed after the lock is given up: that may take as long as an attempt
  std::lock_guard lock(mutex_);
  const bool renamed = stack_ != config.stack;
  stack_ = config.stack;
  std::vector<Entry> next;
  for (Entry& entry : entries_) {
    const bool stays =
        entry.config.name == kLog ||
        (!renamed && std::ranges::find(config.notifiers, entry.config) != config.notifiers.end());
    (stays ? next : gone).push_back(std::move(entry));
  }
  for (const NotifierConfig& notifier : config.notifiers) {
    if (std::ranges::find(next, notifier, &Entry::config) != next.end()) continue;
    next.push_back(
        {notifier, std::make_shared<Queue>(notifier.name, make(notifier, stack_), Patience{}, clock_)});
  }
  entries_ = std::move(next);
  for (const Entry& entry : gone) add_to(gone_[entry.config.name], entry.queue->counts());
}

std::map<std::string, Counts> Outbox::counts() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, Counts> all = gone_;
  for (const Entry& entry : entries_) add_to(all[entry.config.name], entry.queue->counts());
  return all;
}

void Outbox::drain(base::Duration patience) {
  const base::Deadline deadline = base::Deadline::after(clock_, patience);
  for (const auto& queue : queues()) queue->drain(deadline.remaining());
}

}  // namespace healer::notify
