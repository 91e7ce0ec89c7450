// All outputs of the policy: the file, HTTP clients, Redis, and the servers that it is pushed to. A failing
// output loosens nothing: the document of its readers expires, which means no_new_trades.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/publish/output_worker.h"
#include "healer/publish/policy_file.h"
#include "healer/publish/policy_subscription.h"
#include "healer/publish/published_copy.h"

namespace healer::policy {

// How many clients may wait for a newer document at a time. Each occupies a thread of the HTTP server.
inline constexpr int kMostWaiting = 16;

// publish() belongs to one thread; everything else is thread-safe.
class Outputs {
 public:
  // `copy`: a file beside the journal that holds the newest policy as well, for a start that finds the
  // journal damaged; empty: none.
  Outputs(const PolicyConfig& config, const base::Clock& clock, std::string copy = "");

  // Blocks only for the file's fsync and returns the file's error. With the same document again it only
  // retries the file.
  base::Result<> publish(const PolicyDocument& document);
  // Waits for deliveries in progress, 2 s at most: an older document must not come after a newer one.
  void reconfigure(const PolicyConfig& config);

  PolicySubscription& subscription() { return subscription_; }
  // By name: file, redis, push/NAME; only configured ones.
  std::map<std::string, OutputStatus> statuses() const;
  // Names of those that are behind.
  std::vector<std::string> behind() const;
  std::uint64_t file_errors() const { return file_.errors_total(); }
  int file_spares() const { return file_.spares(); }

 private:
  using Couriers = std::vector<std::unique_ptr<OutputWorker>>;
  struct Held {
    PolicyDocument document;
    base::MonoTime expires{};
  };
  Couriers couriers_for(const PolicyConfig& config) const;

  const base::Clock& clock_;
  PolicySubscription subscription_;
  PolicyFile file_;
  PublishedCopy copy_;
  mutable std::mutex mutex_;  // guards what follows
  std::string file_path_;
  OutputStatus file_status_;
  std::optional<Held> file_held_;
  Couriers workers_;
  std::optional<PolicyDocument> newest_;
};

}  // namespace healer::policy
