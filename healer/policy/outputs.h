// Everywhere the policy is published: the file, those who ask over HTTP, Redis, and whom it is pushed to. An
// output that fails loosens nothing: what its readers hold runs out, and then means no_new_trades.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/policy/bulletin.h"
#include "healer/policy/courier.h"
#include "healer/policy_file.h"

namespace healer::policy {

// How many may wait for a newer document at a time: each holds one of the HTTP server's threads.
inline constexpr int kMostWaiting = 16;

// publish() belongs to one thread; everything else is thread-safe.
class Outputs {
 public:
  Outputs(const PolicyConfig& config, const base::Clock& clock);

  // Blocks for the file's fsync alone; its error is the file's.
  base::Result<> publish(const PolicyDocument& document);
  // Waits for deliveries under way, 2 s at most.
  void reconfigure(const PolicyConfig& config);

  Bulletin& bulletin() { return bulletin_; }
  // By name: file, redis, push/NAME; each that is configured.
  std::map<std::string, OutputStatus> statuses() const;
  std::uint64_t file_errors() const { return file_.errors_total(); }

 private:
  using Couriers = std::vector<std::unique_ptr<Courier>>;
  Couriers couriers_for(const PolicyConfig& config) const;

  const base::Clock& clock_;
  Bulletin bulletin_;
  PolicyFile file_;
  mutable std::mutex mutex_;  // guards what follows
  std::string file_path_;
  OutputStatus file_status_;
  Couriers couriers_;
  std::optional<PolicyDocument> newest_;
};

}  // namespace healer::policy
