// The weekly report's sections on availability, healing, alerts and logs.
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "healer/reports/data/gather.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {
namespace {

// The outage of a subsystem begins and ends at most this long after that of its container.
constexpr base::Duration kTogether = std::chrono::minutes(2);

std::string figure(const Known<std::uint64_t>& value) {
  return value ? std::to_string(*value) : std::string(kUnknownWord);
}

// What waits for an operator, and the tasks.
void add_open_points(const Healing& healing, Document& document) {
  if (!healing.approvals.empty()) {
    document.add(Heading{3, "Pending approvals", "approvals"});
    Table table{{{"approval"}, {"incident"}, {"action"}, {"requested"}}, {}};
    for (const ApprovalLine& each : healing.approvals) {
      table.rows.push_back({Cell(Line(each.id), Status::kWarning), each.incident, each.description,
                            utc(std::chrono::floor<std::chrono::seconds>(each.asked_at))});
    }
    document.add(std::move(table));
  }
  if (healing.tasks.empty()) return;
  document.add(Heading{3, "Tasks", "tasks"});
  Table table{{{"task"}, {"runs", true}, {"failed", true}, {"last run"}, {"result of the last run"}}, {}};
  for (const TaskLine& each : healing.tasks) {
    const std::string failed = each.detail.empty() ? "failed" : "failed: " + each.detail;
    table.rows.push_back(
        {each.name, std::to_string(each.runs), std::to_string(each.failures),
         utc(std::chrono::floor<std::chrono::seconds>(each.last_run)),
         each.failing ? Cell(Line(failed), Status::kBad) : Cell(Line("succeeded"), Status::kGood)});
  }
  document.add(std::move(table));
}

template <class T>
std::string or_dash(const std::optional<T>& value) {
  return value ? spoken(*value) : "–";
}

std::string joined(const std::vector<std::string>& words, std::string_view nothing = "–") {
  return words.empty() ? std::string(nothing) : fmt::format("{}", fmt::join(words, ", "));
}

Status tone_of(const Service& service) {
  if (!service.availability.ratio) return Status::kUnknown;
  return service.budget.spent >= 1  ? Status::kBad
         : service.budget.spent > 0 ? Status::kWarning
                                    : Status::kGood;
}

void add_outages(const std::vector<Service>& services, Document& document) {
  constexpr std::size_t kMost = 20;
  struct Row {
    const Service* service;
    const Outage* outage;
  };
  // An outage of a container is one row, without the subsystems in it.
  const auto of_its_container = [&](const Service& service, const Outage& outage) {
    return std::ranges::any_of(services, [&](const Service& other) {
      return other.name != service.name && other.name == service.container &&
             std::ranges::any_of(other.availability.outages, [&](const Outage& its) {
               return its.from - kTogether <= outage.to && outage.from <= its.to + kTogether;
             });
    });
  };
  std::vector<Row> rows;
  for (const Service& service : services) {
    for (const Outage& outage : service.availability.outages) {
      if (!of_its_container(service, outage)) rows.push_back({&service, &outage});
    }
  }
  if (rows.empty()) return;
  std::ranges::stable_sort(rows, std::ranges::greater(), [](const Row& row) { return row.outage->down; });
  document.add(Heading{
      3, rows.size() > kMost ? fmt::format("The {} longest of {} outages", kMost, rows.size()) : "Outages",
      "outages"});
  if (rows.size() > kMost) rows.resize(kMost);
  Table table{{{"service"}, {"from"}, {"to"}, {"down", true}, {"unknown within", true}}, {}};
  for (const auto& [service, outage] : rows) {
    const std::string mark = outage->censored() ? " †" : "";
    table.rows.push_back({service->name, utc(outage->from), outage->goes_on ? "still down" : utc(outage->to),
                          spoken(outage->down) + mark,
                          outage->unknown > base::Duration::zero() ? spoken(outage->unknown) : "–"});
  }
  document.add(std::move(table));
}

// Errors and critical events of a day; nullopt: unknown.
std::optional<double> of_day(const LogDay& day) {
  if (!day.errors || !day.critical) return std::nullopt;
  return static_cast<double>(*day.errors + *day.critical);
}

std::string alert_hint(const AlertLine& alert, base::Duration window) {
  // A longer `for` would delay the protection of an alert that tightens the trading policy.
  if (alert.flaps >= 3 && alert.policy) return "flaps: set `keep_firing_for`";
  if (alert.flaps >= 3) return "flaps: increase `for` or set `keep_firing_for`";
  if (alert.firing * 2 > window) return "fires most of the time: fix its cause or its threshold";
  if (alert.fired >= 20) return "fires often: group it or fix its cause";
  return "–";
}

void add_patterns(const Logs& logs, Document& document) {
  document.add(Heading{3, "Most frequent error patterns", "patterns"});
  if (!logs.top) {
    document.add(unknown("Patterns are unknown", logs.top.why));
    return;
  }
  if (logs.top->empty()) {
    document.add(Paragraph{"There were no errors."});
    return;
  }
  std::string standings;
  for (const char* each : {"new", "regressed", "surging", "gone"}) {
    const auto found = logs.standings.find(each);
    standings += fmt::format("{}{} {}", standings.empty() ? "" : ", ",
                             found == logs.standings.end() ? 0 : found->second, each);
  }
  document.add(Paragraph{Line(fmt::format("At the time of writing: {}.", standings))});
  Table table{{{"source"},
               {"pattern"},
               {"level"},
               {"events", true},
               {"share", true},
               {"status"},
               {"first seen"},
               {"last seen"}},
              {}};
  for (const PatternLine& each : *logs.top) {
    Cell events(std::to_string(each.count));
    events.spark = each.per_day;
    table.rows.push_back({each.source, Line().code(each.example.empty() ? each.words : each.example),
                          each.level, std::move(events), percent(each.share), each.standing,
                          utc_date(each.first_seen), utc_date(each.last_seen)});
  }
  document.add(std::move(table));
}

}  // namespace

void add_availability(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Availability", "availability"});
  if (!weekly.services) {
    document.add(unknown("Availability is unknown", weekly.services.why));
    return;
  }
  Timeline chart{"Up, down and unknown", weekly.window, {}};
  Table table{{{"service"},
               {"trading"},
               {"up", true},
               {"down", true},
               {"unknown", true},
               {"outages", true},
               {"longest", true},
               {"MTTR", true},
               {"MTBF", true},
               {"budget used", true},
               {"burn", true}},
              {}};
  for (const Service& service : *weekly.services) {
    chart.rows.push_back({service.name, service.intervals});
    const Availability& found = service.availability;
    const bool known = found.ratio.has_value();
    table.rows.push_back(
        {Cell(Line(service.name), tone_of(service)), service.trading,
         known ? percent(*found.ratio) : std::string(kUnknownWord), spoken(found.down),
         found.unknown > base::Duration::zero() ? spoken(found.unknown) : "0 s",
         std::to_string(found.outages.size()), or_dash(found.longest), or_dash(found.mttr),
         or_dash(found.mtbf), known ? percent(service.budget.spent) : std::string(kUnknownWord),
         service.budget.burn ? compact(*service.budget.burn) + "×" : std::string(kUnknownWord)});
  }
  document.add(Chart(std::move(chart)));
  document.add(std::move(table));
  add_outages(*weekly.services, document);
}

void add_restarts(const Weekly& weekly, Document& document) {
  document.add(Heading{3, "Restarts and OOM kills", "restarts"});
  if (!weekly.restarts) {
    document.add(unknown("Restarts of containers are unknown", weekly.restarts.why));
    return;
  }
  Table table{{{"container"}, {"restarts", true}, {"OOM kills", true}}, {}};
  for (const RestartLine& each : *weekly.restarts)
    table.rows.push_back({each.container, figure(each.restarts), figure(each.oom_kills)});
  document.add(std::move(table));
}

void add_healing(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Incidents and healing", "incidents"});
  if (!weekly.healing) {
    document.add(unknown("Incidents and actions are unknown", weekly.healing.why));
    return;
  }
  const Healing& healing = *weekly.healing;
  std::vector<std::string> outcomes;
  for (const auto& [state, n] : healing.outcomes) outcomes.push_back(fmt::format("{} {}", n, state));
  std::string summary = fmt::format("{}{}, in {}. Tasks ran {}.", count(healing.incidents.size(), "incident"),
                                    outcomes.empty() ? "" : ": " + joined(outcomes),
                                    count(outages_of(healing.incidents, weekly.services).size(), "outage"),
                                    count(healing.task_runs, "time"));
  if (!healing.times_to_heal.empty()) {
    summary += fmt::format(" Time from alert to healed: {} (median), {} (maximum).",
                           spoken(healing.times_to_heal[healing.times_to_heal.size() / 2]),
                           spoken(healing.times_to_heal.back()));
  }
  document.add(Paragraph{Line(summary)});
  if (healing.begins) {
    document.add(Callout{Status::kUnknown,
                         Line(fmt::format("The journal begins at {}: what happened before is unknown.",
                                          utc(std::chrono::floor<std::chrono::seconds>(*healing.begins))))});
  }
  if (healing.journal_failures > 0) {
    document.add(Callout{
        Status::kWarning,
        Line(fmt::format("The journal could not be written {} times; healing was suspended during that time.",
                         healing.journal_failures))});
  }
  constexpr std::size_t kMost = 50;
  Table incidents{{{"incident"},
                   {"opened"},
                   {"target"},
                   {"alerts"},
                   {"actions"},
                   {"refused"},
                   {"result"},
                   {"duration", true}},
                  {}};
  for (const IncidentLine& each : healing.incidents) {
    if (incidents.rows.size() == kMost) break;
    std::vector<std::string> acts;
    for (const auto& act : each.acts)
      acts.push_back(
          fmt::format("{} ({})", act.description, act.outcome.empty() ? "not known" : act.outcome));
    const Status tone = each.state == "healed" || each.state == "resolved" ? Status::kGood
                        : each.state == "exhausted"                        ? Status::kBad
                                                                           : Status::kWarning;
    incidents.rows.push_back(
        {Line().link(each.id, weekly.appendix.external_url.empty()
                                  ? ""
                                  : weekly.appendix.external_url + "/api/v1/incidents/" + each.id),
         utc(std::chrono::floor<std::chrono::seconds>(each.opened_at)), each.target, joined(each.alerts),
         joined(acts, "nothing"), joined(each.refusals), Cell(Line(each.state), tone),
         each.closed_at ? spoken(*each.closed_at - each.alert_starts_at) : "open"});
  }
  if (!incidents.rows.empty()) document.add(std::move(incidents));
  if (healing.incidents.size() > kMost)
    document.add(Paragraph{Line(fmt::format("And {} more.", healing.incidents.size() - kMost))});
  add_open_points(healing, document);
  if (!healing.actions.empty() || !healing.refusals.empty()) {
    Table table{{{"decision"}, {"what"}, {"times", true}}, {}};
    for (const auto& [action, n] : healing.actions)
      table.rows.push_back({"action", fmt::format("{}: {}", action.first, action.second), std::to_string(n)});
    for (const auto& [reason, n] : healing.refusals)
      table.rows.push_back({"refusal", reason, std::to_string(n)});
    document.add(std::move(table));
  }
  Table policies{{{"safety policy"}, {"duration", true}}, {}};
  for (const auto& [policy, length] : healing.policy_times) policies.rows.push_back({policy, spoken(length)});
  if (!policies.rows.empty()) document.add(std::move(policies));
  Table operators{{{"when"}, {"operator"}, {"command"}, {"reason"}}, {}};
  for (const OperatorLine& each : healing.operators) {
    operators.rows.push_back(
        {utc(std::chrono::floor<std::chrono::seconds>(each.at)), each.who, each.what, each.reason});
  }
  if (!operators.rows.empty()) document.add(std::move(operators));
}

void add_alerts(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Alerts", "alerts"});
  if (!weekly.alerts) {
    document.add(unknown("Alerts are unknown", weekly.alerts.why));
    return;
  }
  Table table{{{"alert"}, {"fired", true}, {"firing for", true}, {"flaps", true}, {"now"}, {"suggestion"}},
              {}};
  for (const AlertLine& each : weekly.alerts->fired) {
    if (table.rows.size() == 25) break;
    table.rows.push_back({Line().link(each.name, runbook_of(weekly, each.name)), std::to_string(each.fired),
                          spoken(each.firing), std::to_string(each.flaps),
                          each.fires ? Cell(Line("firing"), Status::kBad) : Cell("–"),
                          alert_hint(each, weekly.window.length())});
  }
  if (table.rows.empty()) {
    document.add(Paragraph{"No alert fired."});
  } else {
    document.add(std::move(table));
  }
  const auto& quiet = weekly.alerts->never_fired;
  if (!quiet) {
    document.add(unknown("The alerts that never fired are unknown", quiet.why));
  } else if (!quiet->empty()) {
    document.add(
        Paragraph{Line(fmt::format("{} did not fire: {}.", count(quiet->size(), "alert"), joined(*quiet)))});
  }
}

void add_logs(const Weekly& weekly, Document& document) {
  const Logs& logs = weekly.logs;
  document.add(Heading{2, "Logs", "logs"});
  if (!logs.sources) {
    document.add(unknown("Log events are unknown", logs.sources.why));
  } else {
    Plot plot{.title = "Error and critical events a day",
              .unit = "events",
              .kind = Plot::Kind::kBars,
              .labels = {},
              .series = {},
              .threshold = {},
              .top = {}};
    Table table{{{"source"},
                 {"critical", true},
                 {"errors", true},
                 {"warnings", true},
                 {"errors and critical, each day"}},
                {}};
    for (const LogSource& source : *logs.sources) {
      std::vector<std::string> days;
      Cell cell;
      for (const LogDay& day : source.days) {
        const auto sum = of_day(day);
        days.push_back(sum ? fmt::format("{}", *sum) : std::string(kUnknownWord));
        cell.spark.push_back(sum.value_or(0));
      }
      cell.line = Line(joined(days));
      table.rows.push_back({source.name, figure(source.critical), figure(source.errors),
                            figure(source.warnings), std::move(cell)});
      if (plot.series.size() == 4) continue;
      if (plot.labels.empty()) {
        for (const LogDay& day : source.days) plot.labels.push_back(utc_date(day.from).substr(5));
      }
      Plot::Series series{source.name, {}};
      for (const LogDay& day : source.days) series.values.push_back(of_day(day));
      plot.series.push_back(std::move(series));
    }
    document.add(Chart(std::move(plot)));
    document.add(std::move(table));
    if (logs.since && *logs.since - weekly.window.from > std::chrono::minutes(10)) {
      document.add(Callout{Status::kUnknown,
                           Line(fmt::format("Log events are counted since {}: those before are unknown.",
                                            utc(std::chrono::floor<std::chrono::seconds>(*logs.since))))});
    }
    const auto hours = static_cast<std::uint64_t>(weekly.window.length() / std::chrono::hours(1));
    const std::string unknown = count(hours - std::min(hours, logs.hours_known), "hour");
    document.add(Paragraph{
        Line(logs.limits ? fmt::format("{} of {} known hours had at least {} critical events or {} errors; "
                                       "{} of the window are unknown.",
                                       logs.hours_over.size(), logs.hours_known, logs.limits->critical,
                                       logs.limits->errors, unknown)
                         : fmt::format("Hours over a threshold are unknown: {}.", logs.limits.why))});
    Table over{{{"hour from"}, {"critical", true}, {"errors", true}}, {}};
    for (const HourOver& each : logs.hours_over) {
      if (over.rows.size() == 24) break;
      over.rows.push_back({utc(each.hour), std::to_string(each.critical), std::to_string(each.errors)});
    }
    if (!over.rows.empty()) document.add(std::move(over));
  }
  add_patterns(logs, document);
}

}  // namespace healer::reports
