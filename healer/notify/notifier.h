#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The result of one attempt.
struct Delivery {
  enum class Status { kDelivered, kRetry, kRefused };  // refused: a retry would not help
  Status status = Status::kDelivered;
  std::string error;                          // never holds a secret
  std::optional<base::Duration> retry_after;  // requested by the receiver
};

// Notifier delivers notices to one receiver.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // One attempt. Blocks up to the deadline. One call at a time.
  virtual Delivery deliver(const Notice& notice, base::Deadline deadline) = 0;
};

// Returns the secret URL. It is read at every attempt, so that a rotated one takes effect.
using Secret = std::function<base::Result<std::string>()>;
Secret secret_of(const NotifierConfig& config);

// The values of `kind` in healer.yml.
std::vector<std::string_view> kinds();

// The notifier of `config.kind`, or of the URL's host where no kind is given. Always succeeds: with
// a missing secret, each attempt fails. The clock outlives it.
std::unique_ptr<Notifier> make(const NotifierConfig& config, const Wording& wording,
                               const base::Clock& clock);
// Writes notices to the log.
std::unique_ptr<Notifier> make_log();

}  // namespace healer::notify
