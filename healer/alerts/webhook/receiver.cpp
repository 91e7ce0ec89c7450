#include "healer/alerts/webhook/receiver.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "base/log.h"
#include "healer/alerts/webhook/body_scan.h"

namespace healer::webhook {
namespace {

constexpr std::array<std::string_view, 10> kNames{"stored",  "duplicate",   "stale",  "heartbeat",
                                                  "ignored", "oversized",   "failed", "truncated",
                                                  "invalid", "unauthorized"};

// A smaller body is parsed as a whole within milliseconds.
constexpr std::size_t kLargeBody = 256 * 1024;

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

Receiver::Receiver(TokenCheck& token, Intake& intake, ReceiverNames& names, std::function<void()> pull_rest)
    : token_(token), intake_(intake), names_(names), pull_rest_(std::move(pull_rest)) {
  static_assert(kNames.size() == kResults);
}

base::http::Response Receiver::handle(const base::http::Request& request) {
  if (request.method != "POST") {
    auto response = base::http::json_error(405, "the method must be POST");
    response.headers.emplace("Allow", "POST");
    return response;
  }
  if (auto refused = token_.refuse(request)) {
    count(kUnauthorized);
    return *refused;
  }
  if (!is_json(request)) return invalid("the content type is not application/json", request);
  Arrival arrival(intake_, AlertStore::Source::kWebhook);
  auto payload = read(request.body, arrival);
  if (!payload) return invalid(payload.error().message, request);
  if (payload->oversized > 0) {
    count(kOversized, payload->oversized);
    base::log::warn("alerts exceed the size limits and are stored in part",
                    {{"count", payload->oversized}, {"from", request.remote_address}});
  }
  if (payload->truncated > 0) arrival.note_truncated();
  const std::size_t alerts = payload->alerts.size();
  const auto accepted = arrival.bring(std::move(payload->alerts));
  if (!accepted) {
    count(kFailed, alerts);
    return base::http::json_error(503, accepted.error().message);
  }
  count(kStored, accepted->stored);
  count(kDuplicate, accepted->duplicates);
  count(kStale, accepted->stale);
  count(kHeartbeat, accepted->heartbeats);
  count(kIgnored, accepted->ignored);
  const bool learned = names_.learn(payload->receiver);
  if (learned)
    base::log::info(
        "alerts are delivered from a receiver that is not configured; alerts routed to it are handled as "
        "well",
        {{"receiver", payload->receiver}});
  if (payload->truncated > 0) count(kTruncated, payload->truncated);
  if ((learned || payload->truncated > 0) && pull_rest_) pull_rest_();
  return base::http::json(200, R"({"status":"success"})");
}

base::Result<Payload> Receiver::read(std::string_view body, Arrival& arrival) {
  const auto scan = body.size() > kLargeBody ? scan_payload(body) : std::nullopt;
  if (!scan) return parse_payload(body);
  if (const auto demands = demands_of(scan->alerts); !demands.empty()) {
    if (auto few = parse_payload(payload_of(demands))) arrival.demand(std::move(few->alerts));
  }
  Payload whole;
  whole.truncated = scan->truncated;
  whole.alerts.reserve(scan->alerts.size());
  std::span<const AlertText> rest(scan->alerts);
  for (; !rest.empty(); rest = rest.subspan(std::min(Intake::kPiece, rest.size()))) {
    auto piece = parse_payload(payload_of(rest.first(std::min(Intake::kPiece, rest.size()))));
    if (!piece) return piece;
    whole.oversized += piece->oversized;
    std::ranges::move(piece->alerts, std::back_inserter(whole.alerts));
  }
  return whole;
}

base::http::Response Receiver::invalid(std::string_view why, const base::http::Request& request) {
  count(kInvalid);
  base::log::warn("rejected a delivery of alerts",
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
