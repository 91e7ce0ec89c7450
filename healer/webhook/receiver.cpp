#include "healer/webhook/receiver.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "healer/webhook/payload.h"

namespace healer::webhook {
namespace {

constexpr std::array<std::string_view, 10> kNames{"stored",  "duplicate",   "stale",  "heartbeat",
                                                  "ignored", "oversized",   "failed", "truncated",
                                                  "invalid", "unauthorized"};

bool is_json(const base::http::Request& request) {
  constexpr std::string_view kType = "application/json";
  const std::string type = request.header("Content-Type").value_or("");
  if (type.size() < kType.size() ||
      (type.size() > kType.size() && type[kType.size()] != ';' && type[kType.size()] != ' '))
    return false;
  return std::equal(kType.begin(), kType.end(), type.begin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

}  // namespace

Receiver::Receiver(TokenCheck& token, AlertLedger& ledger, Mailbox& mailbox, std::function<void()> pull_rest)
    : token_(token), ledger_(ledger), mailbox_(mailbox), pull_rest_(std::move(pull_rest)) {
  static_assert(kNames.size() == kResults);
}

base::http::Response Receiver::handle(const base::http::Request& request) {
  if (request.method != "POST") {
    auto response = base::http::json_error(405, "only POST");
    response.headers.emplace("Allow", "POST");
    return response;
  }
  if (auto refused = token_.refuse(request)) {
    count(kUnauthorized);
    return *refused;
  }
  if (!is_json(request)) return invalid("the content type is not application/json", request);
  auto payload = parse_payload(request.body);
  if (!payload) return invalid(payload.error().message, request);
  if (payload->oversized > 0) {
    count(kOversized, payload->oversized);
    base::log::warn("alerts beyond the bounds are stored in part",
                    {{"count", payload->oversized}, {"from", request.remote_address}});
  }
  const auto accepted = ledger_.accept(payload->alerts, AlertLedger::Source::kWebhook);
  if (!accepted) {
    count(kFailed, payload->alerts.size());
    // The decider is to know, and to tighten, at once.
    mailbox_.post(AlertsInput{.alerts = std::move(payload->alerts), .unwritten = true});
    return base::http::json_error(503, accepted.error().message);
  }
  count(kStored, accepted->stored);
  count(kDuplicate, accepted->duplicates);
  count(kStale, accepted->stale);
  count(kHeartbeat, accepted->heartbeats);
  count(kIgnored, accepted->ignored);
  // Also what is no news: that somebody still says it is.
  if (accepted->ignored < payload->alerts.size() || payload->truncated > 0)
    mailbox_.post(AlertsInput{.alerts = std::move(payload->alerts), .truncated = payload->truncated > 0});
  if (payload->truncated > 0) {
    count(kTruncated, payload->truncated);
    if (pull_rest_) pull_rest_();
  }
  return base::http::json(200, R"({"status":"success"})");
}

base::http::Response Receiver::invalid(std::string_view why, const base::http::Request& request) {
  count(kInvalid);
  base::log::warn("a delivery of alerts was refused",
                  {{"reason", why}, {"from", request.remote_address}, {"bytes", request.body.size()}});
  return base::http::json_error(400, why);
}

void Receiver::count(Result result, std::uint64_t by) {
  counts_[result].fetch_add(by, std::memory_order_relaxed);
}

std::vector<std::pair<std::string_view, std::uint64_t>> Receiver::counts() const {
  std::vector<std::pair<std::string_view, std::uint64_t>> counts;
  for (std::size_t i = 0; i < kResults; ++i)
    counts.emplace_back(kNames[i], counts_[i].load(std::memory_order_relaxed));
  return counts;
}

}  // namespace healer::webhook
