#include "exporter/tail/collector.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"
#include "exporter/tail/config.h"
#include "exporter/tail/containers/container_config.h"

namespace exporter::tail {
namespace {

constexpr Family kEvents{"salus_log_events_total", kCounter, "source, level",
                         "Log events of the source, by level: a line, or the lines that belong together, "
                         "such as a traceback. Like all counts of logs, shown once it is on disk."};
constexpr Family kLines{"salus_log_lines_total", kCounter, "source", "Lines read from the source."};
constexpr Family kBytes{"salus_log_bytes_total", kCounter, "source",
                        "Bytes of the lines read from the source, without newlines."};
constexpr Family kTruncated{"salus_log_lines_truncated_total", kCounter, "source",
                            "Lines longer than 64 KiB, of which only the beginning was evaluated."};
constexpr Family kGaps{"salus_log_gaps_total", kCounter, "source",
                       "How often lines of the source may have been lost unread: it was truncated without a "
                       "copy, or rotated away by its log driver."};
constexpr Family kLastLine{
    "salus_log_last_line_timestamp_seconds", kGauge, "source",
    "When the newest line read from the source was written, as far as known; absent before the first."};
constexpr Family kUp{
    "salus_log_source_up", kGauge, "source",
    "1 when the source can be read, 0 when not; salus_log_source_error has the reason. Absent when the "
    "source was a container that no longer exists and that nothing declares."};
constexpr Family kSourceError{
    "salus_log_source_error", kGauge, "source, reason",
    "Always 1; why the source cannot be read: missing, forbidden, unreadable, "
    "log_driver, engine or descriptors (too many open files). Absent while it can be "
    "read."};
constexpr Family kNewPatterns{"salus_log_new_patterns_total", kCounter, "source, level",
                              "Patterns of events seen for the first time in the source."};
constexpr Family kPatternEvents{"salus_log_pattern_events_total", kCounter, "source, level, pattern",
                                "Events of the source's most frequent patterns; /api/v1/log-patterns lists "
                                "all patterns with their words."};
constexpr Family kStateWritten{
    "salus_log_state_written_timestamp_seconds", kGauge, "",
    "When the state of the log sources was last written; absent before the first time."};
constexpr Family kStateSuccess{
    "salus_log_state_write_success", kGauge, "",
    "1 when the last attempt to write the state succeeded; while it is 0, the counts of logs do not change."};
constexpr Family kStateFailures{"salus_log_state_write_failures_total", kCounter, "",
                                "Failed attempts to write the state of the log sources."};
constexpr Family kStateDuration{"salus_log_state_write_duration_seconds", kGauge, "",
                                "How long the last write of the state took."};
constexpr Family kStateQuarantined{
    "salus_log_state_quarantined", kGauge, "",
    "1 when the state found at the start could not be used and was quarantined: the file was renamed, counts "
    "began at 0, and logs are followed from their ends."};

// Patterns that were shown stay while they are frequent; the most frequent others fill the remaining places.
std::vector<log_analysis::PatternId> choose(const std::vector<log_analysis::Pattern>& top,
                                            const std::vector<log_analysis::PatternId>& before) {
  std::vector<log_analysis::PatternId> chosen;
  for (const auto& pattern : top) {
    if (std::ranges::find(before, pattern.id) != before.end() && chosen.size() < kTopPatterns &&
        std::ranges::find(chosen, pattern.id) == chosen.end()) {
      chosen.push_back(pattern.id);
    }
  }
  for (const auto& pattern : top) {
    if (chosen.size() >= kTopPatterns) break;
    if (std::ranges::find(chosen, pattern.id) == chosen.end()) chosen.push_back(pattern.id);
  }
  return chosen;
}

}  // namespace

std::vector<prometheus::MetricFamily> log_metrics(
    const EngineView& view, std::map<std::string, std::vector<log_analysis::PatternId>>& shown) {
  auto events = open_family(kEvents);
  auto lines = open_family(kLines);
  auto bytes = open_family(kBytes);
  auto truncated = open_family(kTruncated);
  auto gaps = open_family(kGaps);
  auto last_line = open_family(kLastLine);
  auto up = open_family(kUp);
  auto trouble = open_family(kSourceError);
  auto new_patterns = open_family(kNewPatterns);
  auto pattern_events = open_family(kPatternEvents);
  std::map<std::string, std::vector<log_analysis::PatternId>> chosen;
  for (const ShownSource& each : view.sources) {
    const std::string& source = each.source;
    const Counts& counts = each.view.counts;
    for (int i = 0; i < log_analysis::kLevels; ++i) {
      const auto level = log_analysis::name(static_cast<log_analysis::Level>(i));
      base::add_sample(events, {{"source", source}, {"level", level}},
                       static_cast<double>(counts.events.at(static_cast<std::size_t>(i))));
      base::add_sample(new_patterns, {{"source", source}, {"level", level}},
                       static_cast<double>(each.view.new_patterns.at(static_cast<std::size_t>(i))));
    }
    base::add_sample(lines, {{"source", source}}, static_cast<double>(counts.lines));
    base::add_sample(bytes, {{"source", source}}, static_cast<double>(counts.bytes));
    base::add_sample(truncated, {{"source", source}}, static_cast<double>(counts.truncated));
    base::add_sample(gaps, {{"source", source}}, static_cast<double>(counts.gaps));
    if (counts.last_line != base::WallTime{} && !each.removed) {
      base::add_sample(last_line, {{"source", source}}, base::unix_seconds(counts.last_line));
    }
    const bool readable = each.trouble == Trouble::none;
    if (!each.removed) base::add_sample(up, {{"source", source}}, readable ? 1 : 0);
    if (!readable) base::add_sample(trouble, {{"source", source}, {"reason", tail::name(each.trouble)}}, 1);

    const auto ids = choose(each.view.top, shown[source]);
    for (const log_analysis::Pattern& pattern : each.view.top) {
      if (std::ranges::find(ids, pattern.id) == ids.end()) continue;
      base::add_sample(
          pattern_events,
          {{"source", source},
           {"level", log_analysis::name(pattern.level)},
           {"pattern", pattern.id == log_analysis::Miner::kOther ? "other" : log_analysis::hex(pattern.id)}},
          static_cast<double>(pattern.count));
    }
    chosen[source] = ids;
  }
  shown = std::move(chosen);

  auto written = open_family(kStateWritten);
  auto success = open_family(kStateSuccess);
  auto failures = open_family(kStateFailures);
  auto duration = open_family(kStateDuration);
  auto quarantined = open_family(kStateQuarantined);
  if (view.written != base::WallTime{}) base::add_sample(written, {}, base::unix_seconds(view.written));
  base::add_sample(success, {}, view.state_written ? 1 : 0);
  base::add_sample(failures, {}, static_cast<double>(view.write_failures));
  base::add_sample(duration, {}, std::chrono::duration<double>(view.write_duration).count());
  base::add_sample(quarantined, {}, view.quarantined ? 1 : 0);

  return take_families({&events, &lines, &bytes, &truncated, &gaps, &last_line, &up, &trouble, &new_patterns,
                        &pattern_events, &written, &success, &failures, &duration, &quarantined});
}

std::vector<Family> log_families() {
  return {kEvents,       kLines,        kBytes,         kTruncated,     kGaps,
          kLastLine,     kUp,           kSourceError,   kNewPatterns,   kPatternEvents,
          kStateWritten, kStateSuccess, kStateFailures, kStateDuration, kStateQuarantined};
}

LogsCollector::LogsCollector(Engine& engine, EngineSettings settings)
    : engine_(engine), configuration_(engine.configure(std::move(settings))) {}

LogsCollector::~LogsCollector() { engine_.retire(configuration_); }

base::Result<std::vector<prometheus::MetricFamily>> LogsCollector::collect(base::Deadline /*deadline*/) {
  const auto written = engine_.checkpoint();
  if (!written && !failed_) {
    base::log::warn("failed to write the log state; log counts do not change until it is written",
                    {{"error", written.error().message}});
  } else if (written && failed_) {
    base::log::info("log state can be written again");
  }
  failed_ = !written;
  return log_metrics(engine_.view(), shown_);
}

CollectorFactory read_logs(const base::yaml::Node& node, const CollectorContext& collector_context) {
  using std::chrono::seconds;
  node.only({"interval", "timeout", "state", "files", "containers"});
  const Timing timing = read_timing(node, {.interval = seconds(5), .timeout = seconds(3)});
  const auto state = node.optional("state");
  EngineSettings settings{.state_folder = state.string(kDefaultState), .sources = {}};
  if (!settings.state_folder.starts_with('/'))
    state.problem("\"" + settings.state_folder + "\" is not an absolute path");
  settings.sources = read_file_sources(node.optional("files"));
  std::ranges::move(read_container_source(node.optional("containers"), collector_context.docker_host,
                                          collector_context.inventory.containers()),
                    std::back_inserter(settings.sources));
  return {"logs", timing, [settings](const Shared& shared, const std::function<void()>&) {
            return std::make_unique<LogsCollector>(shared.logs, settings);
          }};
}

}  // namespace exporter::tail
