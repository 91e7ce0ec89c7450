#include "exporter/tail/containers/container_follow.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text/utf8.h"

namespace exporter::tail {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kFirstPause = milliseconds(200);
constexpr auto kLongestPause = seconds(60);
constexpr auto kLongestEnginePause = seconds(5);
constexpr auto kAnswerBegins = seconds(10);
constexpr auto kPoll = seconds(1);
constexpr int kPollShare = 5;  // the engine reads for at most a sixth of the time
// After this silence a follow is checked, then at growing intervals.
constexpr auto kQuiet = seconds(4);
constexpr auto kLongestQuiet = seconds(60);
constexpr auto kProbe = seconds(10);
// Lines that a check saw may already be on their way.
constexpr auto kOnItsWay = seconds(1);
constexpr std::size_t kMaxTurn = 1024 * 1024;  // bytes, so that other containers get their turn
constexpr std::size_t kMaxMessage = 4 * 1024;

constexpr std::array<Output, kOutputs> kBoth{Output::out, Output::err};
std::size_t index(Output output) { return static_cast<std::size_t>(output); }

}  // namespace

std::string strand_identity(const std::string& id, Output output) {
  return fmt::format("docker:{}/{}", id, name(output));
}

ContainerFollow::ContainerFollow(std::string id, Kind kind, std::shared_ptr<Pipeline> pipeline,
                                 const Positions& from, Ask ask, const base::Clock& clock)
    : id_(std::move(id)),
      kind_(kind),
      pipeline_(std::move(pipeline)),
      ask_(std::move(ask)),
      clock_(clock),
      lines_(kind.tty),
      quiet_(kQuiet),
      pause_(kFirstPause) {
  for (const Position& at : from) cursors_.emplace_back(at);
  open_strands(from);
}

void ContainerFollow::open_strands(const Positions& at) {
  const auto there = pipeline_->strands();
  for (const Output output : kBoth) {
    const auto identity = strand_identity(id_, output);
    const auto found =
        std::ranges::find_if(there, [&](const auto& entry) { return entry.second.identity == identity; });
    strands_[index(output)] =
        found != there.end() ? found->first : pipeline_->open(identity, at[index(output)]);
  }
}

void ContainerFollow::on_start() {
  unread_ = true;
  look();
}

void ContainerFollow::look() {
  due_ = true;
  if (trouble_ == Trouble::log_driver) return;  // a container's log driver does not change
  pause_ = kFirstPause;
  quiet_ = kQuiet;
  not_before_ = std::min(not_before_, clock_.now().mono + kFirstPause);
}

void ContainerFollow::move_to(std::shared_ptr<Pipeline> pipeline) {
  // In this order a checkpoint in between contains both strands rather than neither.
  const auto old = std::exchange(pipeline_, std::move(pipeline));
  const auto old_strands = strands_;
  old->flush();
  open_strands({cursors_[0].at(), cursors_[1].at()});
  for (const auto strand : old_strands) old->close(strand);
}

void ContainerFollow::close() {
  stream_.reset();
  probe_.reset();
  for (const auto strand : strands_) pipeline_->close(strand);
}

std::size_t ContainerFollow::turn() {
  const auto now = clock_.now().mono;
  if (!stream_ && due_ && now >= not_before_) ask(now);
  const std::size_t lines = stream_ ? read(now) : 0;
  watch(now);
  return lines;
}

void ContainerFollow::ask(base::MonoTime now) {
  due_ = false;
  last_look_ = false;
  const Positions at{cursors_[0].at(), cursors_[1].at()};
  auto stream = ask_(id_, {.follow = !kind_.polled, .since = since(at), .tail = {}});
  if (!stream) return failed(Trouble::engine, stream.error().message, now);
  for (auto& cursor : cursors_) cursor.begin_answer(covers(at, cursor.at()));
  lines_ = ContainerLines(kind_.tty);
  message_.clear();
  stream_ = std::move(*stream);
  asked_ = heard_ = now;
}

std::size_t ContainerFollow::read(base::MonoTime now) {
  const bool good = stream_->status() == 200;
  auto& to = good ? lines_.buffer() : message_;
  const auto state = stream_->read(to, kMaxTurn);
  if (!state) {
    failed(Trouble::engine, state.error().message, now);
    return 0;
  }
  const int status = stream_->status();
  if (status == 0) {
    if (*state != base::http::Stream::State::kOpen) {
      failed(Trouble::engine, "the engine closed the connection", now);
    } else if (now - asked_ > kAnswerBegins) {
      failed(Trouble::engine, "no response in time", now);
    }
    return 0;
  }
  if (status != 200) {
    message_.resize(std::min(message_.size(), kMaxMessage));
    if (*state != base::http::Stream::State::kOpen || now - asked_ > kAnswerBegins) refused(status, now);
    return 0;
  }
  if (!good) lines_.buffer() += std::exchange(message_, {});  // the headers have just arrived
  trouble_ = Trouble::none;

  const auto lines = lines_.take();
  if (!lines) {
    failed(Trouble::unreadable, lines.error().message, now);
    return 0;
  }
  std::size_t count = lines->size();
  if (hand_over(*lines) > 0) {
    heard_ = now;
    quiet_ = kQuiet;
    suspected_.reset();
  }
  lines_.done();
  if (*state != base::http::Stream::State::kOpen) ended(*state == base::http::Stream::State::kEnded, now);
  return count;
}

// Returns how many of them were new.
std::size_t ContainerFollow::hand_over(std::span<const ContainerLine> lines) {
  if (lines.empty()) return 0;
  const auto now = clock_.now().wall;
  for (const ContainerLine& line : lines) {
    auto& cursor = cursors_[index(line.output)];
    const auto verdict = cursor.admit(line.at, line.text, now);
    if (verdict == ContainerCursor::Verdict::kTaken) continue;
    if (verdict == ContainerCursor::Verdict::kAfterGap) pipeline_->note_gap();
    batches_[index(line.output)].push_back(
        {.text = line.text,
         .at = base::WallTime(std::chrono::nanoseconds(line.at)),
         .after = cursor.at(),
         .cut_of = line.full_size > line.text.size() ? line.full_size : 0});
  }
  std::size_t fresh = 0;
  for (const Output output : kBoth) {
    auto& batch = batches_[index(output)];
    pipeline_->take(strands_[index(output)], batch);
    fresh += batch.size();
    batch.clear();
  }
  // A response without lines proves nothing: it may be older than the first line.
  if (fresh > 0) unread_ = false;
  return fresh;
}

void ContainerFollow::refused(int status, base::MonoTime now) {
  const std::string why = fmt::format("{}: {}", status, base::excerpt(message_, 200));
  if (status == 404) {
    // The container was started, and was removed before a line of it was read or its log was known to be
    // empty.
    if (std::exchange(unread_, false)) pipeline_->note_gap();
    stream_.reset();
    due_ = false;
    trouble_ = Trouble::missing;
    return;
  }
  failed(status == 501 ? Trouble::log_driver : Trouble::unreadable, why, now);
}

void ContainerFollow::failed(Trouble trouble, const std::string& why, base::MonoTime now) {
  stream_.reset();
  probe_.reset();
  due_ = true;
  if (trouble != trouble_) {
    base::log::warn(
        "failed to read a container's log",
        {{"container", pipeline_->source()}, {"reason", std::string(name(trouble))}, {"error", why}});
  }
  trouble_ = trouble;
  if (trouble == Trouble::log_driver) pause_ = kLongestPause;
  again_after(trouble == Trouble::engine ? std::min<base::Duration>(pause_, kLongestEnginePause) : pause_,
              now);
}

void ContainerFollow::again_after(base::Duration pause, base::MonoTime now) {
  not_before_ = now + pause;
  pause_ = std::min<base::Duration>(2 * pause_, kLongestPause);
}

void ContainerFollow::ended(bool in_order, base::MonoTime now) {
  if (in_order) {
    hand_over(lines_.finish());
    lines_.done();
  }
  stream_.reset();
  if (kind_.polled && in_order) {
    const bool again = running_ || due_;
    const bool once_more = !again && heard_ > asked_;  // it may have written its last lines meanwhile
    due_ = again || once_more;
    not_before_ = now + std::max<base::Duration>(kPoll, kPollShare * (clock_.now().mono - asked_));
    return;
  }
  if (heard_ > asked_) pause_ = kFirstPause;
  if (!in_order || running_) due_ = true;
  last_look_ = !due_;
  again_after(pause_, now);
}

// A follow may stall without ending, and one that ends may lack the last lines. A request for the newest line
// detects both.
void ContainerFollow::watch(base::MonoTime now) {
  if (suspected_ && now - *suspected_ > kOnItsWay) {
    suspected_.reset();
    base::log::info("a container's log stream stalled; requesting it again",
                    {{"container", pipeline_->source()}});
    stream_.reset();
    due_ = true;
    not_before_ = now;
    return;
  }
  if (probe_) {
    const auto newer = finish_probe(now);
    if (!newer) return;
    probe_.reset();
    last_look_ = false;
    if (!*newer) {
      quiet_ = std::min<base::Duration>(2 * quiet_, kLongestQuiet);
      heard_ = now;
    } else if (stream_) {
      suspected_ = now;
    } else {
      due_ = true;
    }
    return;
  }
  const bool silent =
      stream_ && !kind_.polled && stream_->status() == 200 && !suspected_ && now - heard_ > quiet_;
  if (silent || (last_look_ && now >= not_before_)) begin_probe(now);
}

void ContainerFollow::begin_probe(base::MonoTime now) {
  auto stream = ask_(id_, {.follow = false, .since = {}, .tail = "1"});
  if (!stream) {
    heard_ = now;
    last_look_ = false;
    return;
  }
  probe_.emplace(Probe{std::move(*stream), ContainerLines(kind_.tty), now});
}

// Whether there are newer lines than those read; nullopt: not known yet.
std::optional<bool> ContainerFollow::finish_probe(base::MonoTime now) {
  const auto state = probe_->stream.read(probe_->lines.buffer(), kMaxTurn);
  if (!state || now - probe_->begun > kProbe) return false;
  if (*state == base::http::Stream::State::kOpen) return std::nullopt;
  if (probe_->stream.status() != 200 || !probe_->lines.take()) return false;
  unread_ = false;
  probe_->lines.finish();
  return newer_than_read(probe_->lines);
}

bool ContainerFollow::newer_than_read(const ContainerLines& lines) const {
  return std::ranges::any_of(kBoth, [&](Output output) {
    return lines.newest(output) > std::max(cursors_[index(output)].at().place, lines_.newest(output));
  });
}

}  // namespace exporter::tail
