#include "healer/publish/outputs.h"

#include <utility>

#include "healer/publish/push_output.h"
#include "healer/publish/redis_output.h"

namespace healer::policy {

Outputs::Outputs(const PolicyConfig& config, const base::Clock& clock, std::string copy)
    : clock_(clock),
      subscription_(kMostWaiting),
      copy_(std::move(copy)),
      file_path_(config.file),
      workers_(couriers_for(config)) {}

Outputs::Couriers Outputs::couriers_for(const PolicyConfig& config) const {
  Couriers couriers;
  if (config.redis)
    couriers.push_back(std::make_unique<OutputWorker>("redis", make_redis_output(*config.redis), clock_));
  for (const PushPolicyConfig& push : config.push)
    couriers.push_back(std::make_unique<OutputWorker>("push/" + push.name, make_push_output(push), clock_));
  return couriers;
}

base::Result<> Outputs::publish(const PolicyDocument& document) {
  // Before it is published: a start must not know less than the clients that followed it.
  copy_.keep(document);
  std::string path;
  bool again = false;
  {
    std::lock_guard lock(mutex_);
    path = file_path_;
    again = newest_ && newest_->sequence == document.sequence;
    newest_ = document;
    if (!again) {
      for (const auto& worker : workers_) worker->post(document);
    }
  }
  // Waiting clients first, the disk last.
  if (!again) subscription_.publish(document);
  auto written = file_.publish(path, document);
  copy_.settle();
  if (path.empty()) return {};
  const base::Now now = clock_.now();
  const base::MonoTime expires = now.mono + (document.valid_until - document.issued_at);
  std::lock_guard lock(mutex_);
  if (written) {
    file_status_.last_success = now.wall;
    file_held_ = Held{document, expires};
  } else {
    ++file_status_.failures;
    if (!file_held_) file_held_ = Held{unknown_document(), expires};
    if (!file_.stuck()) file_held_->expires = now.mono;
  }
  return written;
}

void Outputs::reconfigure(const PolicyConfig& config) {
  // The former ones end first, so that their deliveries cannot come after those of the new ones. Documents
  // published meanwhile are posted below.
  Couriers former;
  {
    std::lock_guard lock(mutex_);
    if (file_path_ != config.file) file_held_.reset();
    file_path_ = config.file;
    workers_.swap(former);
  }
  for (const auto& worker : former) worker->request_stop();
  former.clear();
  std::lock_guard lock(mutex_);
  workers_ = couriers_for(config);
  if (!newest_) return;
  for (const auto& worker : workers_) worker->post(*newest_);
}

std::map<std::string, OutputStatus> Outputs::statuses() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, OutputStatus> all;
  if (!file_path_.empty()) {
    all["file"] = file_status_;
    all["file"].behind = file_.stuck() && newest_ && file_held_ && clock_.now().mono < file_held_->expires &&
                         allows_more(file_held_->document, *newest_);
  }
  for (const auto& worker : workers_) all[worker->name()] = worker->status();
  return all;
}

std::vector<std::string> Outputs::behind() const {
  std::vector<std::string> names;
  for (const auto& [name, status] : statuses()) {
    if (status.behind) names.push_back(name);
  }
  return names;
}

}  // namespace healer::policy
