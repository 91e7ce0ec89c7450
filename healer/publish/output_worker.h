// Delivers documents to one output: always the newest, retried until it is delivered, expired or replaced.
// Publishing never waits for it.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/os/clock.h"
#include "healer/publish/output.h"

namespace healer::policy {

// How long to wait after the `failures`th failure in a row (from 1).
base::Duration delay_after(int failures);

// Thread-safe. Owns a thread.
class OutputWorker {
 public:
  OutputWorker(std::string name, std::unique_ptr<Output> output, const base::Clock& clock);
  // Waits for the attempt in progress, 2 s at most.
  ~OutputWorker();
  // Makes no further attempt. The destructor waits for the one in progress.
  void request_stop() { thread_.request_stop(); }

  // Never blocks. Replaces a waiting document. Valid from now on for valid_until - issued_at, by the
  // monotonic clock.
  void post(const PolicyDocument& document);
  const std::string& name() const { return name_; }
  OutputStatus status() const;

 private:
  struct Parcel {
    PolicyDocument document;
    base::MonoTime expires{};
  };
  void work(std::stop_token stop);
  // True when it is done: delivered or expired.
  bool carry(const Parcel& parcel);

  std::string name_;
  std::unique_ptr<Output> output_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any posted_;
  std::optional<Parcel> waiting_;
  std::optional<Parcel> newest_;
  // What readers may find. Before this process's first delivery: any policy, for as long as a document is
  // valid.
  std::optional<Parcel> held_;
  OutputStatus status_;
  int failures_in_a_row_ = 0;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer::policy
