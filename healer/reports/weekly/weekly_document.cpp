#include "healer/reports/weekly/weekly_document.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "healer/model/validation_words.h"
#include "healer/reports/data/trend.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/advice.h"

namespace healer::reports {
namespace {

Cell result_of(const validation::Phase& phase) {
  if (phase.checks.empty()) return {Line("NOT CONFIGURED"), Status::kUnknown};
  return phase.passed ? Cell(Line("PASSED"), Status::kGood) : Cell(Line("FAILED"), Status::kBad);
}

// The phase whose figures are information only.
constexpr std::string_view kInformation = "system";

Status tone_of(const Score& score) {
  if (!score.value) return Status::kUnknown;
  return *score.value >= 90 ? Status::kGood : *score.value >= 70 ? Status::kWarning : Status::kBad;
}

// Between the end of a report's window and the beginning of the next one: they are of consecutive weeks.
constexpr base::Duration kBetween = std::chrono::hours(24);

// "of 100, weekly score; ▼ 8 since the previous week (91)".
std::string beside_score(const Weekly& weekly) {
  const Score& score = weekly.score;
  std::string text = score.value ? "of 100, weekly score" : "weekly score";
  if (score.value && score.at_most) text += ", at most: some of the data is unknown";
  // Only the report of the week before shows a trend of the week.
  const bool follows = !weekly.past.empty() && weekly.window.from - weekly.past.back().window.to <= kBetween;
  if (!follows || !weekly.past.back().score || !score.value) return text + "; no score for the previous week";
  const int before = *weekly.past.back().score;
  const int by = *score.value - before;
  if (by == 0) return text + "; ● same as the previous week";
  return text + fmt::format("; {} {} since the previous week ({})", by > 0 ? "▲" : "▼", std::abs(by), before);
}

Line advice_line(const Advice& advice, const Weekly& weekly) {
  if (advice.runbook.empty()) return {advice.what};
  Line line(advice.what + " ");
  return line.link("Runbook", runbook_of(weekly, advice.runbook));
}

void add_score(const Score& score, Document& document) {
  Table table{{{"item"}, {"deducted", true}, {"at most", true}, {"reason"}}, {}};
  for (const Score::Item& item : score.items) {
    Cell deducted = item.points ? Cell(Line(*item.points == 0 ? "0" : fmt::format("−{}", *item.points)),
                                       *item.points == 0 ? Status::kGood : Status::kWarning)
                                : Cell(Line(std::string(kUnknownWord)), Status::kUnknown);
    table.rows.push_back({item.name, std::move(deducted), std::to_string(item.most), item.reason});
  }
  document.add(std::move(table));
}

std::string one_decimal(double value) { return fmt::format("{:.1f}", value); }

std::string_view word(validation::Verdict verdict) {
  switch (verdict) {
    case validation::Verdict::kPass:
      return "passed";
    case validation::Verdict::kFail:
      return "failed";
    case validation::Verdict::kSkipped:
      break;
  }
  return "skipped";
}

}  // namespace

std::string runbook_of(const Weekly& weekly, const std::string& alert) {
  if (weekly.alerts) {
    const auto found = weekly.alerts->runbooks.find(alert);
    if (found != weekly.alerts->runbooks.end()) return found->second;
  }
  const std::string& base = weekly.appendix.runbook_url;
  return base.empty() ? "" : base + alert + ".md";
}

Callout unknown(std::string_view what, std::string_view why) {
  return {Status::kUnknown, Line(fmt::format("{}: {}.", what, why))};
}

bool was_checked(const validation::Phase& phase) {
  return phase.name != kInformation &&
         phase.count(validation::Verdict::kPass) + phase.count(validation::Verdict::kFail) > 0;
}

std::string status_of(const Known<validation::Validation>& validation) {
  if (!validation) return "❔ Validation is unknown";
  std::uint64_t failed = 0;
  bool checked = false;
  std::vector<std::string> unconfigured;
  for (const auto& phase : validation->phases) {
    failed += phase.passed ? 0 : 1;
    checked = checked || was_checked(phase);
    if (phase.checks.empty()) unconfigured.push_back(phase.name);
  }
  if (failed > 0) return fmt::format("❌ {} failed", count(failed, "phase"));
  if (!checked) return "❔ Validation is not configured";
  if (unconfigured.empty()) return "✅ All checks passed";
  return fmt::format("✅ All configured checks passed; not configured: {}", fmt::join(unconfigured, ", "));
}

std::string status_of(const Weekly& weekly) { return status_of(weekly.validation); }

void add_headline(const Weekly& weekly, Document& document) {
  document.title = fmt::format("{}: weekly health report, {}", weekly.stack, utc_date(weekly.window.to));
  document.add(Heading{1, fmt::format("{}: weekly health report", weekly.stack), ""});
  document.add(
      Paragraph{Line(fmt::format("{} to {}, written {}.", utc(weekly.window.from), utc(weekly.window.to),
                                 utc(std::chrono::floor<std::chrono::seconds>(weekly.written_at))))});
  document.add(Badge{weekly.score.value ? std::to_string(*weekly.score.value) : std::string(kUnknownWord),
                     beside_score(weekly), tone_of(weekly.score)});
  document.add(Paragraph{
      weekly.health
          ? Line(fmt::format("Health score: {} on average, {} at the lowest, of 100.",
                             one_decimal(weekly.health->average), one_decimal(weekly.health->lowest)))
          : Line(fmt::format("Health score: unknown ({}).", weekly.health.why))});
  document.add(Paragraph{Line("Validation: ").strong(status_of(weekly))});
  document.add(Heading{2, "Recommended actions", "first"});
  const auto advice = advise(weekly);
  Bullets bullets{{}, true};
  for (const Advice& each : advice) bullets.items.push_back(advice_line(each, weekly));
  if (advice.empty()) {
    document.add(Paragraph{"No operator action is required."});
  } else {
    document.add(std::move(bullets));
  }
  document.add(Heading{3, "Score breakdown", "score"});
  add_score(weekly.score, document);
}

void add_coverage(const Weekly& weekly, Document& document) {
  const Coverage& coverage = weekly.coverage;
  document.add(Heading{2, "Data coverage", "coverage"});
  if (coverage.ratio) {
    document.add(Paragraph{
        Line(fmt::format("{} of {} expected samples were received ({}), one every {}. All figures below "
                         "refer to the monitored time.",
                         coverage.received, *coverage.expected, percent(*coverage.ratio),
                         coverage.distance ? spoken(*coverage.distance) : std::string(kUnknownWord)))});
  } else {
    document.add(Callout{Status::kUnknown, Line("It is unknown how much of the week was monitored.")});
  }
  for (const std::string& each : coverage.missing) document.add(Callout{Status::kUnknown, Line(each)});
  if (coverage.own_gaps.empty()) {
    if (coverage.ratio) document.add(Paragraph{"Monitoring itself had no gaps."});
    return;
  }
  document.add(Paragraph{Line(
      fmt::format("Monitoring itself was down {}, {} in total; these gaps do not count as outages:",
                  coverage.own_gaps.size() == 1 ? "once" : fmt::format("{} times", coverage.own_gaps.size()),
                  spoken(total(coverage.own_gaps, Condition::kUnknown))))});
  Table table{{{"from"}, {"to"}, {"length", true}}, {}};
  for (std::size_t i = 0; i < std::min<std::size_t>(coverage.own_gaps.size(), 10); ++i) {
    const Interval& gap = coverage.own_gaps[i];
    table.rows.push_back({utc(gap.from), utc(gap.to), spoken(gap.length())});
  }
  document.add(std::move(table));
  if (coverage.own_gaps.size() > 10)
    document.add(Paragraph{Line(fmt::format("And {} more.", coverage.own_gaps.size() - 10))});
}

void add_validation(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Validation", "validation"});
  if (!weekly.validation) {
    document.add(Callout{Status::kUnknown,
                         Line(fmt::format("The five phases are unknown: {}.", weekly.validation.why))});
    return;
  }
  Table phases{{{"Phase"}, {"Status"}, {"Details"}}, {}};
  for (const auto& phase : weekly.validation->phases) {
    phases.rows.push_back(
        {std::string(validation::title_of(phase.name)), result_of(phase), validation::detail_of(phase)});
  }
  document.add(std::move(phases));
  document.add(Paragraph{Line().strong("Overall Status:").plain(" " + status_of(weekly))});
  Table checks{{{"phase"}, {"check"}, {"result"}, {"found"}}, {}};
  for (const auto& phase : weekly.validation->phases) {
    for (const auto& check : phase.checks) {
      const bool failed = check.verdict == validation::Verdict::kFail;
      const bool passed = check.verdict == validation::Verdict::kPass;
      checks.rows.push_back({phase.name, check.name,
                             Cell(Line(std::string(word(check.verdict))), failed   ? Status::kBad
                                                                          : passed ? Status::kGood
                                                                                   : Status::kUnknown),
                             check.detail});
    }
  }
  if (!checks.rows.empty()) document.add(std::move(checks));
}

void add_trends(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Trends", "trends"});
  std::vector<Past> all = weekly.past;
  if (all.size() >= kTrendReports) all.erase(all.begin(), all.end() - (kTrendReports - 1));
  all.push_back(past_of(weekly));
  if (all.size() == 1) {
    document.add(Paragraph{"This is the first report: there is nothing to compare it with yet."});
    return;
  }
  Plot plot{.title = "Weekly score",
            .unit = "of 100",
            .kind = Plot::Kind::kLine,
            .labels = {},
            .series = {{"score", {}}},
            .threshold = {},
            .top = 100};
  Table table{{{"week to"},
               {"score", true},
               {"availability", true},
               {"incidents", true},
               {"time to heal", true},
               {"alerts", true},
               {"errors", true},
               {"health score", true},
               {"monitored", true}},
              {}};
  const auto figure = [](const auto& value) {
    return value ? fmt::format("{}", *value) : std::string(kUnknownWord);
  };
  for (const Past& each : all) {
    plot.labels.push_back(utc_date(each.window.to).substr(5));
    plot.series[0].values.push_back(each.score ? std::optional<double>(*each.score) : std::nullopt);
    table.rows.push_back(
        {utc_date(each.window.to), figure(each.score),
         each.availability ? percent(*each.availability) : std::string(kUnknownWord), figure(each.incidents),
         each.minutes_to_heal
             ? spoken(base::Duration(static_cast<base::Duration::rep>(*each.minutes_to_heal * 6e10)))
             : "–",
         figure(each.alerts), figure(each.errors),
         each.health ? one_decimal(*each.health) : std::string(kUnknownWord),
         each.coverage ? percent(*each.coverage) : std::string(kUnknownWord)});
  }
  document.add(Chart(std::move(plot)));
  document.add(std::move(table));
  document.add(
      Paragraph{"Availability is that of the worst service that trading depends on critically; time to heal "
                "is the median; errors are error and critical log events; health score is the average of the "
                "week. Figures of a week refer to the time that was monitored."});
}

void add_appendix(const Weekly& weekly, Document& document) {
  const Appendix& appendix = weekly.appendix;
  document.add(Heading{2, "Appendix", "appendix"});
  document.add(Bullets{
      {Line(fmt::format("Window: {} to {}, {}.", base::rfc3339(weekly.window.from),
                        base::rfc3339(weekly.window.to), spoken(weekly.window.length()))),
       Line(fmt::format("Objective: {} of the time, unless a service has its own objective. The error budget "
                        "is the remaining share of the window.",
                        percent(appendix.objective))),
       Line(
           weekly.logs.limits
               ? fmt::format("Log thresholds: {} critical events or {} errors an hour, all sources together.",
                             weekly.logs.limits->critical, weekly.logs.limits->errors)
               : fmt::format("Log thresholds: unknown ({}).", weekly.logs.limits.why)),
       Line("Availability: a sample holds until the next one; a gap of more than two and a half scrape "
            "intervals is unknown. Unknown time counts as neither up nor down."),
       Line("The start or end of outages with † was not observed: they may have been longer and are not part "
            "of the MTTR. MTTR is the mean length of the others; MTBF is the known uptime divided by the "
            "number of outages that started."),
       Line("Latency: one-sided Mann–Whitney test. Error rates: exact conditional test of two Poisson rates. "
            "A change is worse if its probability by chance is below 1 % and it is large enough to matter."),
       Line("Slopes: Theil–Sen. A leak: the daily minimum of the memory never falls and rises by at least a "
            "tenth in total."),
       Line(fmt::format("Written by salus-healer {}.", appendix.version))},
      false});
  if (appendix.queries.empty()) return;
  Table table{{{"figure"}, {"query"}}, {}};
  for (const Query& query : appendix.queries) table.rows.push_back({query.what, Line().code(query.promql)});
  document.add(std::move(table));
}

Document document_of(const Weekly& weekly) {
  Document document;
  add_headline(weekly, document);
  add_coverage(weekly, document);
  add_validation(weekly, document);
  add_availability(weekly, document);
  add_restarts(weekly, document);
  add_healing(weekly, document);
  add_alerts(weekly, document);
  add_logs(weekly, document);
  add_capacity(weekly, document);
  add_regressions(weekly, document);
  add_trends(weekly, document);
  add_appendix(weekly, document);
  return document;
}

}  // namespace healer::reports
