// The newest policy document, for clients that read it and for clients that wait for a newer one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/os/clock.h"
#include "healer/engine/effects.h"

namespace healer::policy {

// Thread-safe.
class PolicySubscription {
 public:
  // `most_waiting` clients may wait at a time.
  explicit PolicySubscription(int most_waiting) : most_waiting_(most_waiting) {}

  void publish(const PolicyDocument& document);
  // Before the first publication a document of sequence 0 that has expired.
  PolicyDocument newest() const;
  // The newest, as soon as it is not the one of sequence `after`, after `patience` at the latest. At once
  // when too many wait already, or after close().
  PolicyDocument wait(std::uint64_t after, base::Duration patience);
  int waiting() const;
  // Ends all waits; later calls do not wait.
  void close();

 private:
  const int most_waiting_;
  mutable std::mutex mutex_;
  std::condition_variable published_;
  PolicyDocument newest_;
  int waiting_ = 0;
  bool closed_ = false;
};

}  // namespace healer::policy
