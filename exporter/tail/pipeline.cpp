#include "exporter/tail/pipeline.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace exporter::tail {

std::string_view name(Trouble trouble) {
  constexpr std::array<std::string_view, kTroubles> kNames{
      "none", "missing", "forbidden", "unreadable", "log_driver", "engine", "descriptors"};
  return kNames.at(static_cast<std::size_t>(trouble));
}

Pipeline::Pipeline(std::string source, Options options, const base::Clock& clock, const SourceState* state)
    : source_(std::move(source)), clock_(clock), options_(std::move(options)) {
  if (state == nullptr) return;
  resumed_from_ = state->written;
  counts_ = state->counts;
  for (const StrandState& each : state->strands) strands_[next_++].state = each;
  if (state->patterns.empty()) return;
  if (auto book = log_analysis::PatternStore::load(state->patterns, {})) {
    book_ = std::move(*book);
  } else {
    base::log::warn("failed to load the patterns of a log source; starting with none",
                    {{"source", source_}, {"error", book.error().message}});
  }
}

Pipeline::~Pipeline() = default;

std::map<Pipeline::Strand, StrandState> Pipeline::strands() const {
  std::lock_guard lock(mutex_);
  std::map<Strand, StrandState> all;
  for (const auto& [strand, running] : strands_) all.emplace(strand, running.state);
  return all;
}

Pipeline::Strand Pipeline::open(std::string identity, Position at) {
  std::lock_guard lock(mutex_);
  ++version_;
  strands_[next_].state = {std::move(identity), at};
  return next_++;
}

void Pipeline::identify(Strand strand, std::string identity) {
  std::lock_guard lock(mutex_);
  ++version_;
  strands_.at(strand).state.identity = std::move(identity);
}

void Pipeline::close(Strand strand) {
  std::lock_guard lock(mutex_);
  ++version_;
  const auto found = strands_.find(strand);
  if (found == strands_.end()) return;
  end_event(found->second);
  strands_.erase(found);
}

void Pipeline::take(Strand strand, std::span<const Line> lines) {
  if (lines.empty()) return;
  const auto now = clock_.now().mono;
  std::lock_guard lock(mutex_);
  ++version_;
  Running& running = strands_.at(strand);
  running.last_push = now;
  if (!running.fold) running.fold.emplace(options_.rules);
  for (const Line& line : lines) push(running, line);
}

void Pipeline::push(Running& running, const Line& line) {
  const std::string_view text = line.text.substr(0, kMaxLine);
  const std::uint64_t bytes = std::max<std::uint64_t>(line.cut_of, line.text.size());
  running.marks.push_back({line.after, bytes, line.at, bytes > text.size()});
  if (const auto event = running.fold->push(text, line.at)) count(*event);
  settle(running,
         running.marks.size() - std::min<std::size_t>(running.marks.size(), running.fold->pending()));
}

void Pipeline::count(const log_analysis::Event& event) {
  ++counts_.events.at(static_cast<std::size_t>(event.level));
  const auto pattern = book_.add(event);
  if (options_.sink != nullptr) options_.sink->take(source_, event, pattern);
}

// Counts the oldest `lines` pending lines, because their event is counted.
void Pipeline::settle(Running& running, std::size_t lines) {
  if (lines == 0) return;
  const auto end = running.marks.begin() + static_cast<std::ptrdiff_t>(lines);
  for (auto mark = running.marks.begin(); mark != end; ++mark) {
    ++counts_.lines;
    counts_.bytes += mark->bytes;
    counts_.truncated += mark->truncated ? 1 : 0;
    counts_.last_line = std::max(counts_.last_line, mark->at);
  }
  running.state.position = std::prev(end)->after;
  running.marks.erase(running.marks.begin(), end);
}

void Pipeline::end_event(Running& running) {
  if (!running.fold) return;
  if (const auto event = running.fold->flush()) count(*event);
  settle(running, running.marks.size());
}

void Pipeline::move(Strand strand, Position to) {
  std::lock_guard lock(mutex_);
  Running& running = strands_.at(strand);
  if (!running.marks.empty() || running.state.position == to) return;
  ++version_;
  running.state.position = to;
}

void Pipeline::note_gap() {
  std::lock_guard lock(mutex_);
  ++version_;
  ++counts_.gaps;
}

void Pipeline::flush_idle() {
  const auto now = clock_.now().mono;
  std::lock_guard lock(mutex_);
  for (auto& [strand, running] : strands_) {
    if (!running.fold || now - running.last_push < kEventPause) continue;
    ++version_;
    end_event(running);
    running.fold.reset();  // a rotated file may remain a strand for days without new lines
  }
}

void Pipeline::flush() {
  std::lock_guard lock(mutex_);
  ++version_;
  for (auto& [strand, running] : strands_) end_event(running);
}

void Pipeline::use(Options options) {
  std::lock_guard lock(mutex_);
  ++version_;
  for (auto& [strand, running] : strands_) {
    end_event(running);
    running.fold.reset();
  }
  options_ = std::move(options);
}

void Pipeline::set_trouble(Trouble trouble) {
  std::lock_guard lock(mutex_);
  trouble_ = trouble;
  removed_since_.reset();
}

void Pipeline::set_removed(base::MonoTime since) {
  std::lock_guard lock(mutex_);
  trouble_ = Trouble::none;
  removed_since_ = since;
}

std::optional<base::MonoTime> Pipeline::removed_since() const {
  std::lock_guard lock(mutex_);
  return removed_since_;
}

Trouble Pipeline::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

Taken Pipeline::taken(Strand strand) const {
  std::lock_guard lock(mutex_);
  return {strands_.at(strand).state.position, counts_};
}

Pipeline::Snapshot Pipeline::snapshot() const {
  const auto now = clock_.now().wall;
  std::lock_guard lock(mutex_);
  Snapshot snapshot{.state = {.source = source_, .counts = counts_, .strands = {}, .patterns = book_.save()},
                    .view = {counts_, book_.new_patterns(), book_.top(2 * kTopPatterns, now)},
                    .version = version_};
  for (const auto& [strand, running] : strands_) snapshot.state.strands.push_back(running.state);
  return snapshot;
}

std::uint64_t Pipeline::version() const {
  std::lock_guard lock(mutex_);
  return version_;
}

void Pipeline::patterns(const std::function<void(const log_analysis::PatternStore&)>& read) const {
  std::lock_guard lock(mutex_);
  read(book_);
}

}  // namespace exporter::tail
