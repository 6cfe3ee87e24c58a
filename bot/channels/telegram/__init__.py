"""Telegram: the only place that imports python-telegram-bot.

channel      starts, stops and says how it goes; polling and webhook bring updates in
incoming     an update as the rest of the package sees it
handling     what is done about an update: questions, commands, taps, inline look-ups
rendering    a reply as Telegram shows it; keyboards: its buttons; callbacks: what a button carries
sending      what goes out, in order, again after a failure
"""
