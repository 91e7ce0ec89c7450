#include "healer/publish/output_worker.h"

#include <algorithm>

#include "base/log.h"
#include "base/os/keep_running.h"

namespace healer::policy {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kOneAttempt = 2s;
constexpr base::Duration kFirstDelay = 250ms;
// The longest delay, so that a tightened policy soon reaches a server that is up again.
constexpr base::Duration kLongestDelay = 1s;

}  // namespace

base::Duration delay_after(int failures) {
  base::Duration delay = kFirstDelay;
  for (int i = 1; i < failures && delay < kLongestDelay; ++i) delay *= 2;
  return std::min(delay, kLongestDelay);
}

OutputWorker::OutputWorker(std::string name, std::unique_ptr<Output> output, const base::Clock& clock)
    : name_(std::move(name)),
      output_(std::move(output)),
      clock_(clock),
      thread_(
          [this](std::stop_token stop) { base::keep_running("policy output", stop, [&] { work(stop); }); }) {}

OutputWorker::~OutputWorker() = default;

void OutputWorker::post(const PolicyDocument& document) {
  const base::MonoTime expires = clock_.now().mono + (document.valid_until - document.issued_at);
  {
    std::lock_guard lock(mutex_);
    waiting_ = newest_ = {document, expires};
    if (!held_) held_ = Parcel{.document = unknown_document(), .expires = expires};
  }
  posted_.notify_all();
}

OutputStatus OutputWorker::status() const {
  std::lock_guard lock(mutex_);
  OutputStatus status = status_;
  status.behind = failures_in_a_row_ > 0 && newest_ && held_ && clock_.now().mono < held_->expires &&
                  allows_more(held_->document, newest_->document);
  return status;
}

void OutputWorker::work(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (posted_.wait(lock, stop, [this] { return waiting_.has_value(); }) && !stop.stop_requested()) {
    const Parcel parcel = *std::exchange(waiting_, std::nullopt);
    lock.unlock();
    const bool done = carry(parcel);
    lock.lock();
    if (done) continue;
    const bool replaced = posted_.wait_for(lock, stop, delay_after(failures_in_a_row_),
                                           [this] { return waiting_.has_value(); });
    if (!replaced) waiting_ = parcel;
  }
}

bool OutputWorker::carry(const Parcel& parcel) {
  const base::Now now = clock_.now();
  if (now.mono >= parcel.expires) return true;
  const auto delivered = output_->deliver(parcel.document, parcel.expires - now.mono,
                                          base::Deadline::after(clock_, kOneAttempt));
  const bool failed_before = failures_in_a_row_ > 0;
  if (delivered && failed_before) base::log::info("the policy can be delivered again", {{"output", name_}});
  if (!delivered && !failed_before) {
    base::log::error("failed to deliver the policy",
                     {{"output", name_}, {"error", delivered.error().message}});
  }
  std::lock_guard lock(mutex_);
  failures_in_a_row_ = delivered ? 0 : failures_in_a_row_ + 1;
  if (delivered) {
    status_.last_success = clock_.now().wall;
    held_ = parcel;
  } else {
    ++status_.failures;
    if (output_->withdrawn()) held_->expires = now.mono;
  }
  return delivered.has_value();
}

}  // namespace healer::policy
