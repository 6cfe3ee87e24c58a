// What the pages do beyond links, forms and htmx.
