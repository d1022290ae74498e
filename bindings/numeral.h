#pragma once
// Numeral: reads what may be a number, a character at a time, as `f:read("n")` has to: the longest
// prefix that could be one, up to 200 characters (none if it is longer).  Whether it is one, Lua
// decides afterwards.

namespace lagoon::bindings {

class Numeral {
 public:
  explicit Numeral(char decimal_point) noexcept : point_(decimal_point) {}

  // Takes c, or tells that the numeral ended before it.
  bool take(int c) noexcept;
  // What was taken, without the space before it.
  const char* text() noexcept;

 private:
  static constexpr int kLongest = 200;
  enum class Part : unsigned char { Space, Sign, Zero, Base, Whole, Point, Fraction, Mark, MarkSign, Power, End };

  bool expects(int c) noexcept;
  bool add(int c) noexcept;
  void next_part() noexcept { part_ = static_cast<Part>(static_cast<int>(part_) + 1); }
  bool is_digit(int c) const noexcept;

  char point_;
  Part part_ = Part::Space;
  bool hex_ = false;
  bool digits_ = false;  // one at least
  int size_ = 0;
  char text_[kLongest + 1];
};

}  // namespace lagoon::bindings
