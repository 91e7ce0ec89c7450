// Which of Alertmanager's receivers are the healer's own. What is routed to no other than these is acted on.
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace healer::webhook {

// The names that healer.yml lists, and those that authenticated deliveries come from: what Alertmanager
// delivers to the healer is routed to the healer, whatever its receiver is called. Learned names are kept in
// memory. Thread-safe.
class ReceiverNames {
 public:
  static constexpr std::size_t kMostLearned = 16;
  static constexpr std::size_t kLongest = 256;  // bytes of a learned name

  explicit ReceiverNames(const std::vector<std::string>& configured);

  // Keeps what was learned.
  void configure(const std::vector<std::string>& configured);
  // A delivery came from this receiver. True when the name was unknown and is one of the healer's from now
  // on.
  bool learn(std::string_view name);
  std::set<std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> configured_;
  std::set<std::string> learned_;
};

}  // namespace healer::webhook
