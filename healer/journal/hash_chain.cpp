#include "healer/journal/hash_chain.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

namespace healer::journal {
namespace {

constexpr std::size_t kBytes = 32;

}  // namespace

std::string first_link() { return std::string(kBytes, '\0'); }

std::string chain(std::string_view previous, std::uint64_t seq, std::string_view record) {
  std::array<unsigned char, 8> place{};
  for (std::size_t i = 0; i < place.size(); ++i) place[i] = static_cast<unsigned char>(seq >> (8 * (7 - i)));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::string hash(kBytes, '\0');
  const bool ok =
      context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1 &&
      EVP_DigestUpdate(context.get(), previous.data(), previous.size()) == 1 &&
      EVP_DigestUpdate(context.get(), place.data(), place.size()) == 1 &&
      EVP_DigestUpdate(context.get(), record.data(), record.size()) == 1 &&
      EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(hash.data()), nullptr) == 1;
  if (!ok) throw std::runtime_error("SHA-256 is not available");
  return hash;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

std::optional<std::string> hash_from_hex(std::string_view text) {
  if (text.size() != 2 * kBytes) return std::nullopt;
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(2)) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + 2, value, 16);
    if (read.ptr != text.data() + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace healer::journal
