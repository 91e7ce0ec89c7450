#include "healer/actions/trading/trading_control.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/text/json.h"
#include "healer/config/config.h"
#include "healer/model/trading_actions.h"
#include "healer/state/undo.h"
#include "log_analysis/redaction.h"

namespace healer::actions {
namespace {

using base::Deadline;
using base::fail;
using base::Result;
using base::yaml::Node;
using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t kMostAnswer = 64 * 1024;
constexpr std::size_t kMostQuoted = 300;

struct TradingRequest {
  std::string_view name;
  std::string_view path;
  std::string_view words;

  TradingEffect effect() const { return trading_effect(name); }
};

// The result of one request. Neither: ask again.
struct Answered {
  std::optional<std::string> acknowledged;  // what the trading system said
  std::string pending;                      // why it must be asked again
};

std::string words_of(std::string_view text) { return log_analysis::masked_excerpt(text, kMostQuoted); }

const Json* member(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found == document.end() ? nullptr : &*found;
}

// How many positions are open, if the answer says so.
std::optional<std::int64_t> open_positions(const Json& document) {
  const Json* open = member(document, "open_positions");
  if (open == nullptr || !open->is_number_integer()) return std::nullopt;
  return open->get<std::int64_t>();
}

// `flat`: acknowledged only once no position is open.
Result<Answered> judge(const base::http::Response& response, const std::string& request_id, bool flat) {
  if (response.status == 202) return Answered{std::nullopt, "the request is accepted but not done yet"};
  if (response.status == 429 || response.status >= 500) {
    return Answered{std::nullopt, fmt::format("status {}: {}", response.status, words_of(response.body))};
  }
  if (response.status != 200) return fail("status {}: {}", response.status, words_of(response.body));
  const auto document = base::parse_json(response.body);
  if (!document) return base::wrap(document.error(), "the answer");
  if (!document->is_object()) return fail("the answer is not an object");
  const Json* acknowledged = member(*document, "acknowledged");
  if (acknowledged == nullptr || *acknowledged != true) {
    return fail("not acknowledged: {}", words_of(response.body));
  }
  const Json* echoed = member(*document, "request_id");
  if (echoed == nullptr || *echoed != request_id) return fail("the answer has another request_id");
  const auto open = open_positions(*document);
  if (flat && open != 0) {
    return open ? fail("acknowledged with {} positions still open", *open)
                : fail("the answer does not contain open_positions");
  }
  const Json* detail = member(*document, "detail");
  std::string said = detail != nullptr && detail->is_string() ? words_of(detail->get<std::string>()) : "";
  if (open) said += fmt::format("{}{} open positions", said.empty() ? "" : "; ", *open);
  return Answered{std::move(said), ""};
}

class TradingControl final : public Action {
 public:
  TradingControl(const TradingRequest& order, std::string path, base::Duration every, std::string undoes,
                 const TradingConfig& trading)
      : order_(order),
        path_(std::move(path)),
        undoes_(std::move(undoes)),
        every_(every),
        timeout_(trading.timeout),
        url_(trading.url),
        client_(trading.url, with_limit(trading.http)) {}

  base::Duration shortest_timeout() const override { return timeout_; }
  std::optional<Undo> undo_of_failure() const override { return undo_of_interrupted(order_.name); }

  std::string describe(const Target&) const override {
    return fmt::format("ask the trading system at {} to {}{} and wait for its acknowledgement", url_ + path_,
                       order_.words, undoes_.empty() ? "" : ", which undoes " + undoes_);
  }

  Result<Outcome> run(const Target&, Deadline) override {
    return fail("{} needs the id of its run", order_.name);
  }

  Result<Outcome> run_as(const RunId& occasion, const Target& target, Deadline deadline) override {
    Json request{{"request_id", occasion.id}, {"action", order_.name}, {"target", target.name}};
    if (!undoes_.empty()) request["undoes"] = undoes_;
    const std::string body = request.dump();
    std::string pending = "no request was sent";
    while (!deadline.passed()) {
      auto answered = ask(occasion.id, body, deadline.within(timeout_));
      if (!answered) return base::wrap(answered.error(), "trading system: {}", order_.name);
      if (answered->acknowledged) {
        return Outcome{
            .detail = fmt::format("the trading system acknowledged {} as {}{}{}", order_.name, occasion.id,
                                  answered->acknowledged->empty() ? "" : ": ", *answered->acknowledged),
            .undo = undo_of_failure()};
      }
      pending = std::move(answered->pending);
      std::this_thread::sleep_for(std::min(every_, deadline.remaining()));
    }
    return fail("trading system: {}: not acknowledged in time: {}", order_.name, pending);
  }

 private:
  static base::http::ClientOptions with_limit(base::http::ClientOptions options) {
    options.max_body = kMostAnswer;
    return options;
  }

  Result<Answered> ask(const std::string& request_id, const std::string& body, Deadline deadline) const {
    const auto response = client_.post(path_, body, "application/json", deadline);
    // The request or the answer was lost: asking again with the same id is safe.
    if (!response) return Answered{std::nullopt, response.error().message};
    return judge(*response, request_id, order_.effect() == TradingEffect::kCloses);
  }

  TradingRequest order_;
  std::string path_;
  std::string undoes_;  // the only restriction that is lifted; empty: all
  base::Duration every_;
  base::Duration timeout_;
  std::string url_;
  base::http::Client client_;
};

std::string read_undoes(const Node& node) {
  std::vector<std::string_view> restrictions;
  for (const TradingAction& action : kTradingActions) {
    if (restricts_trading(action.name)) restrictions.push_back(action.name);
  }
  return node.one_of(restrictions, "");
}

std::unique_ptr<Action> make(const TradingRequest& order, const Node& parameters, const World& world) {
  std::string undoes;
  if (order.effect() == TradingEffect::kLifts) {
    parameters.only({"path", "every", "undoes"});
    undoes = read_undoes(parameters.optional("undoes"));
  } else {
    parameters.only({"path", "every"});
  }
  const Node path_node = parameters.optional("path");
  std::string path = path_node.string(order.path);
  if (!path.starts_with('/') ||
      std::ranges::any_of(path, [](char c) { return c <= ' ' || c >= 0x7f || c == '#'; })) {
    path_node.problem(fmt::format("{:?} is not a percent-encoded path", path));
  }
  const base::Duration every = parameters.optional("every").duration(1s, 10ms, 1min);
  if (world.trading == nullptr || world.trading->url.empty()) {
    parameters.problem(
        fmt::format("{} needs the section `trading`: the address of the trading system", order.name));
    return nullptr;
  }
  return std::make_unique<TradingControl>(order, std::move(path), every, std::move(undoes), *world.trading);
}

}  // namespace

std::unique_ptr<Action> make_pause_trading(const Node& parameters, const World& world) {
  return make({"pause_trading", "/control/pause", "halt all trading"}, parameters, world);
}

std::unique_ptr<Action> make_switch_to_safe_profile(const Node& parameters, const World& world) {
  return make({"switch_to_safe_profile", "/control/safe-profile", "use its safe profile"}, parameters, world);
}

std::unique_ptr<Action> make_no_new_trades(const Node& parameters, const World& world) {
  return make({"no_new_trades", "/control/no-new-trades", "open no new positions"}, parameters, world);
}

std::unique_ptr<Action> make_defensive_exit(const Node& parameters, const World& world) {
  return make({"defensive_exit", "/control/defensive-exit", "close its risky positions"}, parameters, world);
}

std::unique_ptr<Action> make_close_all_positions(const Node& parameters, const World& world) {
  return make({"close_all_positions", "/control/close-all", "close every position"}, parameters, world);
}

std::unique_ptr<Action> make_resume_trading(const Node& parameters, const World& world) {
  return make({kResumeTrading, "/control/resume", "resume trading"}, parameters, world);
}

}  // namespace healer::actions
