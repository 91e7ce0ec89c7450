// POST /api/v1/alerts: Alertmanager's deliveries, acknowledged when they are durable.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/http.h"
#include "healer/alerts/intake.h"
#include "healer/alerts/receiver_names.h"
#include "healer/alerts/webhook/payload.h"
#include "healer/alerts/webhook/token.h"

namespace healer::webhook {

// 200 once every alert is in the journal, 503 when one of them could not be stored, 400 for an invalid body,
// 401 without the token. Thread-safe. Its arguments outlive it.
class Receiver {
 public:
  // `pull_rest` is called when Alertmanager reports that it left alerts out, and when a delivery comes from a
  // receiver that was unknown. It must not block.
  Receiver(TokenCheck& token, Intake& intake, ReceiverNames& names, std::function<void()> pull_rest);

  base::http::Response handle(const base::http::Request& request);

  // Since the start, for a counter by `result`: alerts stored, duplicate, stale, heartbeat, ignored (they
  // request nothing), oversized, failed (503), truncated; requests invalid, unauthorized. Every name exists
  // from the start.
  std::vector<std::pair<std::string_view, std::uint64_t>> counts() const;

 private:
  enum Result {
    kStored,
    kDuplicate,
    kStale,
    kHeartbeat,
    kIgnored,
    kOversized,
    kFailed,
    kTruncated,
    kInvalid,
    kUnauthorized,
    kResults
  };
  void count(Result result, std::uint64_t by = 1);
  base::http::Response invalid(std::string_view why, const base::http::Request& request);

  // Reads the body. The policies that a large one requires are passed on before the rest is read.
  base::Result<Payload> read(std::string_view body, Arrival& arrival);

  TokenCheck& token_;
  Intake& intake_;
  ReceiverNames& names_;
  std::function<void()> pull_rest_;
  std::array<std::atomic<std::uint64_t>, kResults> counts_{};
};

}  // namespace healer::webhook
