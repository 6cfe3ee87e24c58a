"""The helpdesk at /desk: server-rendered pages for the staff. Nothing of it is served without signing in.

application  the routes, and what the pages need of the rest of the assistant
access       sessions, signing in and out, roles, forms with CSRF tokens
pages        templates, and the script that a clerk reads
lookup, reading, queue, teaching, figures, trail   the pages
charts       the only place that imports matplotlib
"""
