#include "healer/verify/verifier.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.h"
#include "healer/config/promql.h"

namespace healer::checks {
namespace {

using Verdict = CheckInput::Verdict;

// Open incidents are far fewer. A forgotten entry costs only another query.
constexpr std::size_t kBarsKept = 512;
constexpr std::size_t kRulesKept = 20'000;

// Whether the rule's alert may be the incident's. Labels that only one of them has are ignored: external
// labels are added, and others dropped, between a rule and Alertmanager.
bool may_be(const ActiveAlert& active, const Alert& alert) {
  return std::ranges::all_of(active.labels, [&](const auto& label) {
    const auto other = alert.labels.find(label.first);
    return other == alert.labels.end() || other->second == label.second;
  });
}

// The collectors whose facts verification reads.
const std::vector<std::string> kCollectors{"containers", "subsystems"};

struct Finding {
  Verdict verdict;
  std::string detail;
  bool pending = false;  // CheckInput::pending
};

// The series of the exporter that the expression begins with: `salus_name{…}`; "" when it begins with
// anything else. The exporter has each of its series whenever it knows the fact, whatever its value; of other
// programs that is not known.
std::string first_selector(const std::string& expression) {
  if (!expression.starts_with("salus_")) return "";
  const std::size_t name =
      expression.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:");
  if (name == 0 || name == std::string::npos || expression[name] != '{') return "";
  bool quoted = false;
  for (std::size_t i = name; i < expression.size(); ++i) {
    if (quoted && expression[i] == '\\') {
      ++i;
    } else if (expression[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && expression[i] == '}') {
      return expression.substr(0, i + 1);
    }
  }
  return "";
}

Finding judge_empty(const Prometheus& prometheus, const std::string& expression, base::Deadline deadline) {
  if (const std::string series = first_selector(expression); !series.empty()) {
    const auto exist = prometheus.query(fmt::format("count({})", series), deadline);
    if (!exist) return {Verdict::kUnknown, exist.error().message};
    if (exist->empty()) return {Verdict::kUnknown, fmt::format("no data: there is no series {}", series)};
  }
  return {Verdict::kUnhealthy, "no series satisfies " + expression};
}

Finding judge_expression(const Prometheus& prometheus, const CheckRequest& order, std::string_view healthy,
                         base::Deadline deadline) {
  if (healthy.empty()) return {Verdict::kHealthy, ""};
  const std::string expression = expand_target(healthy, order.target.name);
  const auto samples = prometheus.query(expression, deadline);
  if (!samples) return {Verdict::kUnknown, samples.error().message};
  if (samples->empty()) return judge_empty(prometheus, expression, deadline);
  for (const Sample& sample : *samples) {
    if (sample.value == 0 || std::isnan(sample.value)) {
      return {Verdict::kUnhealthy, fmt::format("{} is {}", expression, sample.value)};
    }
  }
  return {Verdict::kHealthy, ""};
}

Finding judge_rule(const AlertRule& rule, const Alert& alert, double evaluated_after) {
  if (rule.health != "ok") {
    return {Verdict::kUnknown, fmt::format("rule {} is {}: {}", rule.name, rule.health, rule.last_error)};
  }
  if (base::unix_seconds(rule.last_evaluation) <= evaluated_after) {
    return {Verdict::kUnknown, fmt::format("rule {} not yet evaluated since the scrape", rule.name), true};
  }
  for (const ActiveAlert& active : rule.active) {
    if (may_be(active, alert))
      return {Verdict::kUnhealthy, fmt::format("{} is still {}", rule.name, active.state)};
  }
  return {Verdict::kHealthy, ""};
}

// The worst result of the rules. A rule that still fires outweighs one that cannot be evaluated. `foreign`:
// alerts that this Prometheus has no rule for.
Finding judge_alerts(const std::vector<AlertRule>& rules, const CheckRequest& order,
                     const std::vector<Alert>& foreign, double evaluated_after) {
  Finding worst{Verdict::kHealthy, ""};
  for (const Alert& alert : order.alerts) {
    const std::string_view name = alert.label("alertname");
    if (std::ranges::find(foreign, alert.fingerprint, &Alert::fingerprint) != foreign.end()) continue;
    bool found = false;
    for (const AlertRule& rule : rules) {
      if (rule.name != name) continue;
      found = true;
      Finding finding = judge_rule(rule, alert, evaluated_after);
      if (finding.verdict == Verdict::kUnhealthy) return finding;
      if (finding.verdict == Verdict::kUnknown) worst = std::move(finding);
    }
    if (!found) worst = {Verdict::kUnknown, fmt::format("Prometheus no longer has rule {}", name)};
  }
  return worst;
}

// What must hold for a container if its alert comes from another ruler.
constexpr std::string_view kRuns = R"(salus_container_running{container="{{target}}"} == 1)";

}  // namespace

Verifier::Verifier(Prometheus prometheus, Exporter exporter, std::string exporter_job,
                   const base::Clock& clock)
    : prometheus_(std::move(prometheus)),
      exporter_(std::move(exporter)),
      job_(std::move(exporter_job)),
      clock_(clock) {}

base::Result<Verifier::Scrape> Verifier::prometheus_time(base::Deadline deadline) const {
  const auto time = prometheus_.query("time()", deadline);
  if (!time) return std::unexpected(time.error());
  if (time->size() != 1) return base::fail("Prometheus returned no time");
  return Scrape{time->front().value, time->front().value};
}

base::Result<double> Verifier::bar(const CheckRequest& order, base::MonoTime refreshed_at,
                                   base::Deadline deadline) {
  // In monotonic time, because the wall clock may be set between two checks.
  const base::Now now = clock_.now();
  const base::MonoTime facts_after = now.mono - (now.wall - order.facts_after);
  {
    std::lock_guard lock(mutex_);
    const auto found = bars_.find(order.incident);
    if (found != bars_.end() && found->second.refreshed_at >= facts_after) return found->second.at;
  }
  if (refreshed_at < facts_after) return base::fail("the action ended after this check had started");
  const auto time = prometheus_time(deadline);
  if (!time) return std::unexpected(time.error());
  std::lock_guard lock(mutex_);
  if (bars_.size() >= kBarsKept && !bars_.contains(order.incident)) {
    bars_.erase(std::ranges::min_element(bars_, {}, [](const auto& bar) { return bar.second.refreshed_at; }));
  }
  bars_[order.incident] = {refreshed_at, time->at, std::nullopt};
  return time->at;
}

base::Result<Verifier::Scrape> Verifier::last_scrape(base::Deadline deadline) const {
  const std::string selector = fmt::format("{{job=\"{}\"}}", expand_target("{{target}}", job_));
  const auto start =
      prometheus_.query(fmt::format("min(timestamp(up{0})) and min(up{0}) == 1", selector), deadline);
  if (!start) return std::unexpected(start.error());
  const auto end = prometheus_.query(
      fmt::format("max(timestamp(up{0})) + max(scrape_duration_seconds{0})", selector), deadline);
  if (!end) return std::unexpected(end.error());
  if (start->size() != 1 || end->size() != 1) return base::fail("Prometheus cannot scrape job {}", job_);
  return Scrape{start->front().value, end->front().value};
}

Verifier::Scrape Verifier::await(const std::string& incident, const Scrape& last) {
  std::lock_guard lock(mutex_);
  const auto found = bars_.find(incident);
  if (found == bars_.end()) return last;
  if (!found->second.awaited) found->second.awaited = last;
  return *found->second.awaited;
}

void Verifier::settled(const std::string& incident) {
  std::lock_guard lock(mutex_);
  if (const auto found = bars_.find(incident); found != bars_.end()) found->second.awaited.reset();
}

std::vector<Alert> Verifier::unknown_to_prometheus(const std::vector<AlertRule>& rules,
                                                   const CheckRequest& order) {
  std::lock_guard lock(mutex_);
  for (const AlertRule& rule : rules) {
    if (known_rules_.size() < kRulesKept) known_rules_.insert(rule.name);
  }
  std::vector<Alert> foreign;
  for (const Alert& alert : order.alerts) {
    const std::string name(alert.label("alertname"));
    const bool has_rule = std::ranges::find(rules, name, &AlertRule::name) != rules.end();
    if (!has_rule && !known_rules_.contains(name)) foreign.push_back(alert);
  }
  return foreign;
}

void Verifier::forget_if_set_back(const std::string& incident, double at, base::Deadline deadline) {
  const auto time = prometheus_time(deadline);
  if (!time || time->at >= at) return;
  std::lock_guard lock(mutex_);
  bars_.erase(incident);
}

base::Result<> Verifier::refresh(base::Deadline deadline) {
  const auto refreshed = exporter_.refresh(kCollectors, deadline);
  if (!refreshed) return std::unexpected(refreshed.error());
  std::lock_guard lock(mutex_);
  for (const std::string& collector : kCollectors) {
    const bool missing = std::ranges::find(refreshed->missing, collector) != refreshed->missing.end();
    if (missing && !std::exchange(missing_[collector], missing)) {
      base::log::warn("the exporter lacks a collector; actions are verified without its facts",
                      {{"collector", collector}});
    }
    missing_[collector] = missing;
    if (!missing) known_collectors_.insert(collector);
    if (missing && known_collectors_.contains(collector))
      return base::fail("the exporter no longer has collector {}", collector);
  }
  return {};
}

std::map<std::string, bool> Verifier::collectors() const {
  std::lock_guard lock(mutex_);
  return missing_;
}

CheckInput Verifier::look(const CheckRequest& order, base::Deadline deadline) {
  CheckInput answer{
      .incident = order.incident, .round = order.round, .verdict = {}, .observed_at = {}, .detail = {}};
  const auto say = [&](Verdict verdict, std::string detail) {
    answer.verdict = verdict;
    answer.detail = std::move(detail);
    return answer;
  };
  const auto say_found = [&](Finding found) {
    answer.pending = found.pending;
    return say(found.verdict, std::move(found.detail));
  };
  const base::MonoTime refreshed_at = clock_.now().mono;
  const bool task = order.target.kind == kTask;
  if (const auto refreshed = task ? base::Result<>() : refresh(deadline); !refreshed)
    return say(Verdict::kUnknown, refreshed.error().message);
  const auto after = bar(order, refreshed_at, deadline);
  if (!after) return say(Verdict::kUnknown, after.error().message);
  const auto last = task ? prometheus_time(deadline) : last_scrape(deadline);
  if (!last) return say(Verdict::kUnknown, last.error().message);
  answer.observed_at = base::from_unix_seconds(last->at);
  if (last->at <= *after) {
    forget_if_set_back(order.incident, *after, deadline);
    answer.pending = true;
    return say(Verdict::kUnknown, "not yet scraped since the action");
  }
  const Scrape scrape = await(order.incident, *last);
  answer.observed_at = base::from_unix_seconds(scrape.at);

  Finding finding = judge_expression(prometheus_, order, order.verify.healthy, deadline);
  if (finding.verdict != Verdict::kHealthy) return say_found(std::move(finding));
  const auto rules = prometheus_.alert_rules(deadline);
  if (!rules) return say(Verdict::kUnknown, rules.error().message);
  const std::vector<Alert> foreign = unknown_to_prometheus(*rules, order);
  finding = judge_alerts(*rules, order, foreign, scrape.ended);
  if (finding.verdict != Verdict::kUnknown) settled(order.incident);
  if (finding.verdict != Verdict::kHealthy) return say_found(std::move(finding));
  if (!foreign.empty() && order.verify.healthy.empty() && order.target.kind == kContainer) {
    finding = judge_expression(prometheus_, order, kRuns, deadline);
    if (finding.verdict != Verdict::kHealthy) return say_found(std::move(finding));
  }
  if (const auto firing = std::ranges::find(foreign, true, &Alert::firing); firing != foreign.end()) {
    answer.contradicts = true;
    return say(Verdict::kUnknown,
               fmt::format("{} still fires, but Prometheus has no rule of this name and its data "
                           "shows a healthy target",
                           firing->label("alertname")));
  }
  return say(Verdict::kHealthy, fmt::format("the symptom is gone {} {}", task ? "at" : "in a scrape of",
                                            base::rfc3339(answer.observed_at)));
}

}  // namespace healer::checks
