#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "healer/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// What came of one attempt.
struct Delivery {
  enum class Status { kDelivered, kRetry, kRefused };  // refused: trying again would not help
  Status status = Status::kDelivered;
  std::string error;                          // never holds a secret
  std::optional<base::Duration> retry_after;  // as the receiver asked
};

// Notifier is one way to tell a person.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // One attempt. Blocks up to the deadline. One call at a time.
  virtual Delivery deliver(const Notice& notice, base::Deadline deadline) = 0;
};

// Gives the secret URL, read anew at every attempt, so that a rotated one is taken up.
using Secret = std::function<base::Result<std::string>()>;
Secret secret_of(const NotifierConfig& config);

// The notifier of `config.kind`, or of the URL's host where no kind is given. Always succeeds: a secret that
// is missing fails each attempt. The clock outlives it.
std::unique_ptr<Notifier> make(const NotifierConfig& config, const Wording& wording,
                               const base::Clock& clock);
// Writes notices to the log.
std::unique_ptr<Notifier> make_log();

}  // namespace healer::notify
