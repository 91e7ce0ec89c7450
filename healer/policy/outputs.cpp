#include "healer/policy/outputs.h"

#include <utility>

#include "healer/policy/push_output.h"
#include "healer/policy/redis_output.h"

namespace healer::policy {
Outputs::Outputs(const PolicyConfig& config, const base::Clock& clock)
    : clock_(clock), bulletin_(kMostWaiting), file_path_(config.file), couriers_(couriers_for(config)) {}

Outputs::Couriers Outputs::couriers_for(const PolicyConfig& config) const {
  Couriers couriers;
  if (config.redis)
    couriers.push_back(std::make_unique<Courier>("redis", make_redis_output(*config.redis), clock_));
  for (const PushPolicyConfig& push : config.push)
    couriers.push_back(std::make_unique<Courier>("push/" + push.name, make_push_output(push), clock_));
  return couriers;
}

base::Result<> Outputs::publish(const PolicyDocument& document) {
  std::string path;
  {
    std::lock_guard lock(mutex_);
    path = file_path_;
    newest_ = document;
    for (const auto& courier : couriers_) courier->post(document);
  }
  // First those who wait, last the disk.
  bulletin_.publish(document);
  if (path.empty()) return {};
  auto written = file_.publish(path, document);
  std::lock_guard lock(mutex_);
  if (written) {
    file_status_.last_success = clock_.now().wall;
  } else {
    ++file_status_.failures;
  }
  return written;
}

void Outputs::reconfigure(const PolicyConfig& config) {
  Couriers couriers = couriers_for(config);
  {
    std::lock_guard lock(mutex_);
    file_path_ = config.file;
    couriers_.swap(couriers);
    if (newest_) {
      for (const auto& courier : couriers_) courier->post(*newest_);
    }
  }
}

std::map<std::string, OutputStatus> Outputs::statuses() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, OutputStatus> all;
  if (!file_path_.empty()) all["file"] = file_status_;
  for (const auto& courier : couriers_) all[courier->name()] = courier->status();
  return all;
}

}  // namespace healer::policy
