#include "healer/alerts/rulers/ruler_poller.h"

#include <algorithm>
#include <utility>

#include "base/http/url.h"
#include "base/log.h"
#include "healer/alerts/rulers/rules_json.h"

namespace healer::policy {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kOneQuestion = 5s;
constexpr base::Duration kLongestPause = 5s;
constexpr std::size_t kLargestAnswer = 64 * 1024 * 1024;
constexpr base::Duration kShortestPause = 250ms;  // however often poke() is called

}  // namespace

RulesInput ask_ruler(const RulerConfig& ruler, bool with_facts, const base::Clock& clock,
                     base::Deadline deadline) {
  RulesInput input{.ruler = ruler.name, .asked_at = clock.now().mono};
  base::http::ClientOptions options = ruler.http;
  options.max_body = kLargestAnswer;
  const base::http::Client client(ruler.url, std::move(options));
  const auto failed = [&](std::string why) {
    input.error = std::move(why);
    return input;
  };
  const auto rules = client.get("/api/v1/rules?type=alert", deadline);
  if (!rules) return failed(rules.error().message);
  if (rules->status != 200)
    return failed(fmt::format("{}/api/v1/rules: status {}", ruler.url, rules->status));
  auto parsed = parse_rules(rules->body);
  if (!parsed) return failed(fmt::format("{}/api/v1/rules: {}", ruler.url, parsed.error().message));
  input.state = std::make_shared<const RulerState>(std::move(*parsed));
  // Not every ruler has this endpoint; a failure is ignored.
  const auto info = client.get("/api/v1/status/runtimeinfo", deadline);
  if (info && info->status == 200) input.started_at = parse_started_at(info->body);
  if (!with_facts) return input;
  const auto facts = client.get("/api/v1/query?query=" + base::percent_encode(kFactsQuery), deadline);
  if (facts && facts->status == 200) {
    if (auto read = parse_facts(facts->body)) input.facts = std::move(*read);
  }
  return input;
}

RulerPoller::RulerPoller(const Config& config, const base::Clock& clock,
                         std::function<void(RulesInput)> deliver)
    : clock_(clock), deliver_(std::move(deliver)) {
  start(config);
}

RulerPoller::~RulerPoller() = default;

void RulerPoller::start(const Config& config) {
  for (const RulerConfig& ruler : config.rulers) {
    auto added = std::make_unique<Ruler>();
    added->config = ruler;
    added->first = rulers_.empty();
    added->every = std::min<base::Duration>(config.reconcile_interval, kLongestPause);
    Ruler& of = *added;
    rulers_.push_back(std::move(added));
    of.thread = std::jthread([this, &of](std::stop_token stop) { work(of, std::move(stop)); });
  }
}

void RulerPoller::poke() {
  std::lock_guard lock(mutex_);
  for (const auto& ruler : rulers_) ruler->wake.notify();
}

void RulerPoller::reconfigure(const Config& config) {
  std::lock_guard one_at_a_time(reconfiguring_);
  std::vector<std::unique_ptr<Ruler>> before;
  {
    std::lock_guard lock(mutex_);
    before.swap(rulers_);
  }
  before.clear();  // waits for queries in progress
  std::lock_guard lock(mutex_);
  start(config);
}

void RulerPoller::work(Ruler& ruler, std::stop_token stop) {
  bool failing = false;
  while (!stop.stop_requested()) {
    RulesInput input =
        ask_ruler(ruler.config, ruler.first, clock_, base::Deadline::after(clock_, kOneQuestion));
    if (input.error.empty() == failing) {
      failing = !failing;
      if (failing) {
        base::log::warn("failed to query a ruler's rules", {{"ruler", input.ruler}, {"error", input.error}});
      } else {
        base::log::info("a ruler's rules can be queried again", {{"ruler", input.ruler}});
      }
    }
    deliver_(std::move(input));
    base::pause(std::min(kShortestPause, ruler.every), stop);
    ruler.wake.wait_for(ruler.every, stop);
  }
}

}  // namespace healer::policy
