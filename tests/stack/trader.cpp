#include "tests/stack/trader.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace example {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostPositions = 5;
constexpr long kRiskyEvery = 3;
// A document may be this much newer than our clock.
constexpr double kClockSkew = 5;

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// RFC 3339 in UTC, as the document has it; 0 when it is not that.
double seconds_of(const Json& value) {
  if (!value.is_string()) return 0;
  tm parts{};
  const char* rest = strptime(value.get_ref<const std::string&>().c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr || (*rest != '.' && *rest != 'Z') ||
      !value.get_ref<const std::string&>().ends_with('Z'))
    return 0;
  return static_cast<double>(timegm(&parts));
}

Allowed nothing_known(std::string why) {
  Allowed allowed;
  allowed.why = std::move(why);
  return allowed;
}

}  // namespace

Allowed read_policy(const std::string& text, double now) {
  if (text.empty()) return nothing_known("no policy document");
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object()) return nothing_known("the policy document cannot be read");
  const double issued = seconds_of(document.value("issued_at", Json()));
  const double until = seconds_of(document.value("valid_until", Json()));
  if (issued == 0 || until == 0) return nothing_known("the policy document has no times");
  if (now >= until) return nothing_known("the policy document has expired");
  if (issued > now + kClockSkew) return nothing_known("the policy document is from the future");
  const Json policy = document.value("policy", Json());
  const Json limits = document.value("restrictions", Json());
  if (!limits.is_object()) return nothing_known("the policy document has no restrictions");
  const bool any = policy == "allow_all" || policy == "safe_risk_profile";
  if (!any && policy != "no_new_trades" && policy != "defensive_exit" && policy != "emergency_shutdown")
    return nothing_known("the policy document says nothing that is known");
  const Json positions = limits.value("new_positions", Json());
  const Json existing = limits.value("existing_positions", Json());
  Allowed allowed;
  allowed.why = "the policy document says so";
  allowed.half = positions == "reduced";
  allowed.open = any && (positions == "yes" || allowed.half) && limits.value("trading", Json()) == "yes";
  allowed.keep_any = existing != "all_closed";
  allowed.keep_risky = allowed.keep_any && existing != "high_risk_closed";
  allowed.policy = policy;
  return allowed;
}

Trader::Trader(std::string policy_file, std::string token_file, std::function<double()> time)
    : policy_file_(std::move(policy_file)), token_file_(std::move(token_file)), time_(std::move(time)) {}

// The document's and what was told: what one of them forbids is forbidden.
Allowed Trader::allowed() const {
  Allowed allowed = read_policy(content_of(policy_file_), time_());
  const auto told = [&](bool forbids, const char* why) {
    if (!forbids || !allowed.open) return;
    allowed.open = false;
    allowed.why = why;
  };
  told(close_all_, "told to close every position");
  told(paused_, "told to pause");
  told(defensive_, "told to exit defensively");
  told(no_new_, "told to open nothing new");
  allowed.half = allowed.half || safe_;
  allowed.keep_risky = allowed.keep_risky && !defensive_;
  allowed.keep_any = allowed.keep_any && !close_all_;
  return allowed;
}

void Trader::round() {
  const std::lock_guard lock(mutex_);
  const Allowed now = allowed();
  if (!now.keep_any) positions_.clear();
  if (!now.keep_risky) std::erase_if(positions_, [](const Position& position) { return position.risky; });
  if (!now.open) return;
  if (positions_.size() >= kMostPositions) positions_.erase(positions_.begin());
  ++orders_;
  positions_.push_back({now.half ? 0.5 : 1.0, orders_ % kRiskyEvery == 0 && !now.half});
  last_order_ = time_();
}

Response Trader::handle(const Request& request) {
  const std::lock_guard lock(mutex_);
  if (request.path == "/orders") {
    return request.method == "GET" ? orders() : Response{405, R"({"error":"GET only"})"};
  }
  constexpr std::string_view kControl = "/control/";
  if (!request.path.starts_with(kControl)) return {404, R"({"error":"no such path"})"};
  if (request.method != "POST") return {405, R"({"error":"POST only"})"};
  if (!token_file_.empty()) {
    std::string token = content_of(token_file_);
    if (token.ends_with('\n')) token.pop_back();
    if (token.empty() || request.authorization != "Bearer " + token) {
      return {401, R"({"error":"a token is needed"})"};
    }
  }
  const Json body = Json::parse(request.body, nullptr, false);
  const Json id = body.is_object() ? body.value("request_id", Json()) : Json();
  if (!id.is_string() || id == "") return {400, R"({"error":"no request_id"})"};
  const Json undoes = body.value("undoes", Json(""));
  if (!undoes.is_string()) return {400, R"({"error":"undoes is no text"})"};
  return control(std::string_view(request.path).substr(kControl.size()), id, undoes);
}

void Trader::resume(const std::string& undoes) {
  const auto lift = [&](bool& restriction, std::string_view action) {
    if (undoes.empty() || undoes == action) restriction = false;
  };
  lift(paused_, "pause_trading");
  lift(no_new_, "no_new_trades");
  lift(safe_, "switch_to_safe_profile");
  lift(defensive_, "defensive_exit");
  lift(close_all_, "close_all_positions");
}

Response Trader::control(std::string_view order, const std::string& request_id, const std::string& undoes) {
  if (const auto done = acknowledged_.find(request_id); done != acknowledged_.end()) return done->second;
  if (order == "pause") {
    paused_ = true;
    return acknowledge(request_id, "paused");
  }
  if (order == "safe-profile") {
    safe_ = true;
    return acknowledge(request_id, "half sizes from now on");
  }
  if (order == "no-new-trades") {
    no_new_ = true;
    return acknowledge(request_id, "nothing new is opened");
  }
  if (order == "resume") {
    resume(undoes);
    return acknowledge(request_id, "as the policy allows");
  }
  // These are done by the next round, as an exchange takes its time, and asked for again until then.
  if (order == "defensive-exit") {
    defensive_ = true;
    if (risky() > 0) return {202, R"({"acknowledged":false})"};
    return acknowledge(request_id, "no risky position is left");
  }
  if (order == "close-all") {
    close_all_ = true;
    if (!positions_.empty()) return {202, R"({"acknowledged":false})"};
    return acknowledge(request_id, "every position is closed");
  }
  return {404, R"({"error":"no such order"})"};
}

Response Trader::acknowledge(const std::string& request_id, std::string_view detail) {
  const Json answer{{"acknowledged", true},
                    {"request_id", request_id},
                    {"detail", detail},
                    {"open_positions", positions_.size()}};
  return acknowledged_[request_id] = {200, answer.dump()};
}

Response Trader::orders() const {
  const Allowed now = allowed();
  const Json answer{{"orders", orders_},
                    {"last_order", last_order_},
                    {"open_positions", positions_.size()},
                    {"risky_positions", risky()},
                    {"policy", now.policy},
                    {"may_open", now.open},
                    {"why", now.why}};
  return {200, answer.dump()};
}

long Trader::risky() const { return std::ranges::count_if(positions_, &Position::risky); }

}  // namespace example
