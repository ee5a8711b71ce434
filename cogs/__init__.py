"""What a member can do: each cog parses and replies, and decides nothing."""
