// Catch2 as Debian 12 (2.13) and Debian 13 (3.7) have it, under the names of the former: tests include this
// header alone.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>

namespace Catch::Matchers {

inline auto Contains(const std::string& part) { return ContainsSubstring(part); }

}  // namespace Catch::Matchers

using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif
