#include "healer/state/alert_store.h"

#include <utility>

namespace healer {
namespace {

// Ended alerts that are remembered, so that a late delivery of one is recognised.
constexpr std::size_t kEndedLimit = 10'000;

}  // namespace

bool is_watchdog(const Alert& alert) { return alert.label("alertname") == "Watchdog"; }

bool asks(const Alert& alert) { return !alert.label("heal").empty() || !alert.label("policy").empty(); }

AlertStore::Known AlertStore::know(const Alert& alert, base::MonoTime learned_at, std::uint64_t ended) {
  return {.firing = alert.firing,
          .inferred = !alert.firing && alert.ends_at == base::WallTime{},
          .starts_at = alert.starts_at,
          .learned_at = learned_at,
          .ended = ended};
}

void AlertStore::replay(const Entry& entry) {
  const auto* seen = std::get_if<AlertSeen>(&entry.record.fact);
  if (seen == nullptr) return;
  std::lock_guard lock(mutex_);
  remember(seen->alert, entry.seq, base::MonoTime::min());
}

const AlertStore::Known* AlertStore::find(const std::string& fingerprint,
                                          const std::map<std::string, Known>& pending) const {
  if (const auto found = pending.find(fingerprint); found != pending.end()) return &found->second;
  const auto found = known_.find(fingerprint);
  return found == known_.end() ? nullptr : &found->second;
}

AlertStore::News AlertStore::judge(const Alert& alert, const Known& known, Source source,
                                   base::MonoTime asked_at) {
  if (source == Source::kWholeList && known.learned_at > asked_at) return News::kNo;
  if (alert.starts_at > known.starts_at) return News::kYes;
  if (alert.firing) {
    if (known.firing) return News::kNo;
    const bool believed = source == Source::kWholeList || !alert.label("policy").empty() ||
                          (known.inferred && alert.starts_at == known.starts_at);
    return believed ? News::kYes : News::kStale;
  }
  if (!known.firing) return News::kNo;
  // The end of an earlier firing says nothing about this one.
  return alert.starts_at == known.starts_at ? News::kYes : News::kStale;
}

// What one thread writes for all that wait. All of them get the result, also of a failure, and then the next
// thread writes.
struct AlertStore::Batch {
  Batch(AlertStore& of, std::unique_lock<std::mutex>& by)
      : ledger(of),
        lock(by),
        now(of.clock_.now()),
        at(std::chrono::floor<std::chrono::milliseconds>(now.wall)),
        deliveries(std::exchange(of.waiting_, {})) {
    ledger.writing_ = true;
  }
  ~Batch() {
    if (!lock.owns_lock()) lock.lock();
    ledger.writing_ = false;
    for (Delivery* delivery : deliveries) delivery->done = true;
    ledger.written_.notify_all();
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  AlertStore& ledger;
  std::unique_lock<std::mutex>& lock;
  const base::Now now;
  const base::WallTime at;
  std::vector<Delivery*> deliveries;
  std::map<std::string, Known> pending;  // of this batch
  std::vector<Record> news;
};

base::Result<Accepted> AlertStore::accept(std::span<const Alert> alerts, Source source,
                                          base::MonoTime asked_at) {
  Delivery mine{.alerts = alerts, .source = source, .asked_at = asked_at};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&mine);
  written_.wait(lock, [&] { return mine.done || !writing_; });
  if (mine.done) return mine.result;
  {
    Batch batch(*this, lock);
    for (Delivery* delivery : batch.deliveries) sift(*delivery, batch);
    if (!batch.news.empty()) write(batch, lock);
  }
  return mine.result;
}

void AlertStore::sift(Delivery& delivery, Batch& batch) const {
  Accepted accepted;
  for (const Alert& alert : delivery.alerts) {
    if (is_watchdog(alert)) {
      ++accepted.heartbeats;
      continue;
    }
    if (!asks(alert)) {
      ++accepted.ignored;
      continue;
    }
    const Known* known = find(alert.fingerprint, batch.pending);
    switch (known == nullptr ? News::kYes : judge(alert, *known, delivery.source, delivery.asked_at)) {
      case News::kYes:
        batch.news.push_back(
            {batch.at, AlertSeen{alert, alert.firing && delivery.source == Source::kWholeList}});
        batch.pending[alert.fingerprint] = know(alert, batch.now.mono, 0);
        ++accepted.stored;
        break;
      case News::kNo:
        ++accepted.duplicates;
        break;
      case News::kStale:
        ++accepted.stale;
        break;
    }
  }
  delivery.result = accepted;
}

void AlertStore::write(Batch& batch, std::unique_lock<std::mutex>& lock) {
  lock.unlock();
  const auto seqs = journal_.append(batch.news);
  lock.lock();
  if (!seqs) {
    for (Delivery* delivery : batch.deliveries) {
      // A pure repetition may repeat what has just failed to be stored, so it fails too.
      if (delivery->result->stored + delivery->result->duplicates + delivery->result->stale == 0) continue;
      delivery->result = base::wrap(seqs.error(), "store {} alerts", delivery->alerts.size());
    }
    return;
  }
  for (std::size_t i = 0; i < batch.news.size(); ++i) {
    remember(std::get<AlertSeen>(batch.news[i].fact).alert, (*seqs)[i], batch.now.mono);
    fresh_.push_back({(*seqs)[i], std::move(batch.news[i])});
  }
}

void AlertStore::remember(const Alert& alert, std::uint64_t seq, base::MonoTime learned_at) {
  Known& known = known_[alert.fingerprint];
  if (known.ended != 0) ended_.erase(known.ended);
  known = know(alert, learned_at, alert.firing ? 0 : seq);
  if (alert.firing) return;
  ended_.emplace(seq, alert.fingerprint);
  if (ended_.size() > kEndedLimit) {
    known_.erase(ended_.begin()->second);
    ended_.erase(ended_.begin());
  }
}

void AlertStore::settle(
    const std::function<void(std::vector<Entry> fresh, const std::map<std::string, Known>& known)>& what) {
  std::unique_lock lock(mutex_);
  written_.wait(lock, [this] { return !writing_; });
  what(std::exchange(fresh_, {}), known_);
}

void AlertStore::restore(const std::string& fingerprint, Known known) {
  // What an earlier process learned is older than anything that this one requests.
  known.learned_at = base::MonoTime::min();
  std::lock_guard lock(mutex_);
  known_[fingerprint] = known;
  if (known.ended != 0) ended_.emplace(known.ended, fingerprint);
}

void AlertStore::forget() {
  std::lock_guard lock(mutex_);
  known_.clear();
  ended_.clear();
}

std::vector<Entry> AlertStore::drain() {
  std::lock_guard lock(mutex_);
  return std::exchange(fresh_, {});
}

}  // namespace healer
