// Masks secrets in one pass over a text. Implements mask_secrets().
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "log_analysis/secret_marks.h"
#include "log_analysis/secret_names.h"
#include "log_analysis/secret_values.h"

namespace log_analysis {

// Replacement of a secret.
inline constexpr std::string_view kSecretMask = "***";

class Masker {
 public:
  // `place` is an offset in the text whose position in the masked text is wanted.
  Masker(std::string_view text, std::size_t place)
      : s_(text), open_(text), place_(std::min(place, text.size())) {}

  // Masks; whether anything was masked. Call once.
  bool run() {
    while (p_ < s_.size()) step();
    if (copied_ == 0) return false;
    copy(s_.size());
    return true;
  }
  // After run(): the masked text, and the position of `place` in it; that of the mask if it was inside a
  // secret.
  std::string take_text() { return std::move(out_); }
  std::size_t place() const { return masked_place_; }

 private:
  void step();
  void special();
  void word();
  bool number(std::size_t begin, std::size_t end);
  bool address(std::size_t begin, std::size_t end);
  bool key(std::size_t begin, std::size_t end);
  bool element(std::size_t begin, std::size_t end);
  bool user(std::size_t begin, std::size_t end);
  bool pair(std::size_t i, SecretKey kind);
  bool spaced(std::size_t begin, std::size_t end);
  bool noun(std::size_t begin, std::size_t end, SecretKey kind);
  bool odd_word(std::size_t i, SecretKey kind);
  bool scheme(std::size_t begin, std::size_t end);
  bool counted(std::size_t begin, std::size_t i) const;
  bool wallet(std::size_t begin, std::size_t end);
  bool dashed(std::size_t begin) const { return begin >= floor_ + 1 && s_[begin - 1] == '-'; }
  SecretKey kind_at(std::size_t begin, std::size_t end) const;
  std::string_view word_before(std::size_t begin) const;
  char open_at(std::size_t position) { return open_.at(position); }

  // Whether something was masked.
  bool take(const Value& value) {
    if (value.end > value.begin) {
      hide(value.begin, value.end);
      p_ = std::max(p_, value.next);
      return true;
    }
    return false;
  }
  void hide(std::size_t begin, std::size_t end) {
    if (end <= begin || begin < copied_) return;
    if (s_.substr(begin, end - begin) != kSecretMask) {
      copy(begin);
      if (place_ >= begin && place_ < end) masked_place_ = out_.size();
      out_ += kSecretMask;
      copied_ = end;
    }
    open_.skip(begin, end);
    floor_ = std::max(floor_, end);
    p_ = std::max(p_, end);
  }
  void copy(std::size_t end) {
    if (place_ >= copied_ && place_ <= end) masked_place_ = out_.size() + (place_ - copied_);
    out_.append(s_, copied_, end - copied_);
  }

  std::string_view s_;
  OpenQuote open_;
  std::size_t place_;
  std::size_t masked_place_ = 0;
  std::size_t p_ = 0;
  std::size_t floor_ = 0;  // end of the last mask; text before it is not used as context
  std::string out_;
  std::size_t copied_ = 0;
  std::size_t run_ = 0;  // number of consecutive words that may belong to a wallet phrase
  std::size_t run_begin_ = 0;
  std::size_t run_next_ = 0;
  bool named_ = false;  // the name of a secret was found in a list of column names
};

}  // namespace log_analysis
