"""
The learned half of classification: reading a letter into features, a linear model, and its training.

Loaded at the first question (`hotline.selectors.learned`), never with the process: numpy, scikit-learn and
jieba take a second and a hundred megabytes that most processes do not need.
"""
