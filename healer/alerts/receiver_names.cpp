#include "healer/alerts/receiver_names.h"

namespace healer::webhook {

ReceiverNames::ReceiverNames(const std::vector<std::string>& configured)
    : configured_(configured.begin(), configured.end()) {}

void ReceiverNames::configure(const std::vector<std::string>& configured) {
  std::lock_guard lock(mutex_);
  configured_ = {configured.begin(), configured.end()};
}

bool ReceiverNames::learn(std::string_view name) {
  if (name.empty() || name.size() > kLongest) return false;
  std::string text(name);
  std::lock_guard lock(mutex_);
  if (configured_.contains(text) || learned_.size() >= kMostLearned) return false;
  return learned_.insert(std::move(text)).second;
}

std::set<std::string> ReceiverNames::all() const {
  std::lock_guard lock(mutex_);
  std::set<std::string> names = configured_;
  names.insert(learned_.begin(), learned_.end());
  return names;
}

}  // namespace healer::webhook
