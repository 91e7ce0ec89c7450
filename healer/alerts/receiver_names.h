// The Alertmanager receivers of the healer. Alerts that are routed to one of them are acted on.
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace healer::webhook {

// The names that healer.yml lists, and those that authenticated deliveries come from: an alert that
// Alertmanager delivers to the healer is routed to it, whatever the receiver's name. Learned names are kept
// in memory. Thread-safe.
class ReceiverNames {
 public:
  static constexpr std::size_t kMostLearned = 16;
  static constexpr std::size_t kLongest = 256;  // bytes of a learned name

  explicit ReceiverNames(const std::vector<std::string>& configured);

  // Keeps the learned names.
  void configure(const std::vector<std::string>& configured);
  // A delivery came from this receiver. True if the name was unknown and is now one of the healer's.
  bool learn(std::string_view name);
  std::set<std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> configured_;
  std::set<std::string> learned_;
};

}  // namespace healer::webhook
