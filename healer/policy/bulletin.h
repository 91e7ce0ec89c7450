// The newest policy document for those who ask, and for those who wait until there is a newer one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/clock.h"
#include "healer/effects.h"

namespace healer::policy {

// Thread-safe.
class Bulletin {
 public:
  // So many may wait at a time.
  explicit Bulletin(int most_waiting) : most_waiting_(most_waiting) {}

  void publish(const PolicyDocument& document);
  // Before the first publication a document of sequence 0 that has expired.
  PolicyDocument newest() const;
  // The newest as soon as it is another than the one of sequence `after`, after `patience` at the latest; at
  // once when enough others wait, or nothing more will be published.
  PolicyDocument wait(std::uint64_t after, base::Duration patience);
  int waiting() const;
  // Lets all go, and nobody wait any more.
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
