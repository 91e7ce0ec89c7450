// Log lines from anywhere: whatever the bytes, every line is part of one event, views stay within their text,
// bounds hold, and masking what is masked changes nothing.
#include <string>

#include "log_analysis/clean.h"
#include "log_analysis/level_rules.h"
#include "log_analysis/multiline.h"
#include "log_analysis/reader.h"
#include "log_analysis/redaction.h"
#include "tests/fuzz/target.h"

namespace {

void check(const log_analysis::Event& event, unsigned& lines) {
  lines += event.lines;
  fuzz::require(event.lines > 0 && event.lines <= log_analysis::MultilineFolder::kMaxLines,
                "an event has lines, and no more than allowed");
  fuzz::require(event.text.size() <= log_analysis::MultilineFolder::kMaxText, "the text is bounded");
  fuzz::require(event.message.size() <= log_analysis::MultilineFolder::kMaxText, "the message is bounded");
  fuzz::require(event.header <= event.message.size(), "the header is part of the message");
  const std::string once = log_analysis::mask_secrets(event.text);
  fuzz::require(log_analysis::mask_secrets(once) == once, "masking twice is masking once");
}

void fold_all(std::string_view text, std::shared_ptr<const log_analysis::LevelRules> rules) {
  log_analysis::MultilineFolder fold(std::move(rules));
  unsigned in = 0;
  unsigned out = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    // A copy of its own, so that reading beyond it is seen.
    const std::string line(text.substr(0, end));
    ++in;
    if (const auto event = fold.push(line, {})) check(*event, out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (const auto event = fold.flush()) check(*event, out);
  fuzz::require(in == out, "every line is part of one event");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto rules =
      log_analysis::LevelRules::compile({{"(?i)lost", log_analysis::Level::error, ""}}, "^[0-9\\[]").value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string whole(text);
  log_analysis::Reader reader;
  const log_analysis::Reading reading = reader.read(whole);
  fuzz::require(reading.header <= reading.message.size(), "the header is part of the message");
  fuzz::require(reading.levelled || reading.level == log_analysis::Level::info,
                "a line without a level is info");
  fuzz::require(reading.message.size() <= whole.size(), "decoding never makes a message longer");
  std::string scratch;
  fuzz::require(log_analysis::clean(whole, scratch).size() <= whole.size(),
                "cleaning never makes a line longer");
  fold_all(text, nullptr);
  fold_all(text, rules);
  return 0;
}
